/** A question that people may want to ask, or to begin with. Relative IRIs are the home’s. */
export interface Example {
  readonly title: string;
  readonly query: string;
}

const PREFIX = 'PREFIX hearth: <-/vocabulary#>';

/** Questions to begin with. */
export const examples: readonly Example[] = [
  {
    title: 'What is not ready?',
    query: `${PREFIX}
SELECT ?resource ?since ?message WHERE {
  ?resource hearth:status/hearth:conditions ?ready .
  ?ready hearth:type "Ready" ; hearth:status "False" .
  OPTIONAL { ?ready hearth:lastTransitionTime ?since }
  OPTIONAL { ?ready hearth:message ?message }
} ORDER BY ?since`,
  },
  {
    title: 'Which apps need which?',
    query: `${PREFIX}
SELECT ?app ?needs WHERE {
  ?app a hearth:App ; hearth:dependsOn ?needs .
  ?needs a hearth:App .
} ORDER BY ?app`,
  },
  {
    title: 'What would go down with PostgreSQL?',
    query: `${PREFIX}
SELECT DISTINCT ?resource WHERE {
  ?resource (hearth:dependsOn|hearth:binds)+ ?provider .
  ?provider a hearth:App ; hearth:name "postgres" .
} ORDER BY ?resource`,
  },
  {
    title: 'Who changed what last?',
    query: `${PREFIX}
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?when ?who ?change ?resource WHERE {
  ?event a hearth:Change ; prov:endedAtTime ?when ; hearth:change ?change .
  ?event prov:generated|prov:invalidated ?resource .
  OPTIONAL { ?event hearth:actor ?who }
} ORDER BY DESC(?when) LIMIT 50`,
  },
  {
    title: 'How many resources of each kind?',
    query: `${PREFIX}
SELECT ?kind (COUNT(?resource) AS ?count) WHERE {
  ?resource a ?kind ; hearth:name ?name .
  FILTER (?kind != hearth:Resource)
} GROUP BY ?kind ORDER BY DESC(?count)`,
  },
];
