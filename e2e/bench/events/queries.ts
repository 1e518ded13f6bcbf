import { percentile } from '../identity/spread.ts';
import { namespaceOf } from './population.ts';
import type { Sink } from './sink.ts';

/** How long a query took. */
export interface QueryTimes {
  readonly name: string;
  /** Of how many resources the asker may see. */
  readonly visible: number;
  /** Milliseconds; the first time, and of all times after it. */
  readonly first: number;
  readonly p50: number;
  readonly p99: number;
}

/** What people ask, and how many rows there are. */
const questions = {
  'one resource': 'SELECT * { <home-3/apps.apps.hearth.dev/app-3> ?p ?o }',
  'what is not Ready':
    'SELECT ?a { ?a a h:App ; h:status/h:conditions ?c . ?c h:type "Ready" FILTER NOT EXISTS { ?c h:status "True" } }',
  'who depends on a provider':
    'SELECT (COUNT(?a) AS ?n) { ?a h:dependsOn+ <hearth-providers/apps.apps.hearth.dev/postgres> }',
  'the last hundred changes':
    'SELECT ?r ?who ?n { ?c prov:generated ?r ; h:actor ?who ; h:seq ?n } ORDER BY DESC(?n) LIMIT 100',
  'apps by namespace': 'SELECT ?s (COUNT(?a) AS ?n) { ?a a h:App ; h:namespace ?s } GROUP BY ?s',
  'two fields of each app': 'SELECT ?name ?url { ?a a h:App ; h:name ?name ; h:status/h:url ?url }',
  'every statement counted': 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }',
};

/** Asks each question of everything, and of a tenth of it as somebody who may see no more. */
export async function measureQueries(
  sink: Sink,
  resources: number,
  repetitions: number,
): Promise<{ readonly statements: number; readonly queries: readonly QueryTimes[] }> {
  const { body = '' } = await sink.order({
    do: 'ask',
    sparql: questions['every statement counted'],
    allowed: 'all',
  });
  const asked = Object.entries(questions);
  const queries: QueryTimes[] = [];
  for (const [allowed, visible] of [
    ['all', resources],
    [[`${namespaceOf(3)}/`], resources / 10],
  ] as const)
    for (const [name, sparql] of asked) {
      const times: number[] = [];
      for (let n = 0; n <= repetitions; n += 1)
        times.push((await sink.order({ do: 'ask', sparql, allowed })).milliseconds);
      const [first = Number.NaN, ...rest] = times;
      queries.push({ name, visible, first, p50: percentile(rest, 0.5), p99: percentile(rest, 0.99) });
    }
  return { statements: Number(body.trim().split('\r\n').at(-1)), queries };
}
