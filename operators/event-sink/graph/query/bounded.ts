import { Generator } from '@traqula/generator-sparql-1-1';
import { Parser } from '@traqula/parser-sparql-1-1';
import { QueryRefused } from '../graph.ts';

// Made once: it takes longer to make them than they take to read a query.
const parser = new Parser();
const generator = new Generator();

/** A query that may be asked. */
export interface BoundedQuery {
  readonly sparql: string;
  /** What comes of it: solutions or a truth value, or statements. */
  readonly yields: 'bindings' | 'triples';
}

/** What a query has that says nothing of how much it gives; the generator makes its text. */
const unlimited = {
  type: 'solutionModifier',
  subType: 'limitOffset',
  offset: undefined,
  loc: { sourceLocationType: 'autoGenerate' },
} as const;

/** Longer ones are no question of a person. */
const longestQuery = 65_536;

/**
 * Reads a query and holds it to `limit` solutions.
 * @throws QueryRefused where it is none, or names where its data come from: that is decided by what the asker may see.
 */
export function boundedQuery(sparql: string, limit: number): BoundedQuery {
  if (sparql.length > longestQuery)
    throw new QueryRefused(`the query is longer than ${longestQuery} characters; ask for less at once`);
  const query = parse(sparql);
  if (query.type !== 'query')
    throw new QueryRefused('this is an update; the graph follows the log, and can only be asked');
  refuseElsewhere(query);
  const yields = query.subType === 'select' || query.subType === 'ask' ? 'bindings' : 'triples';
  const { limitOffset } = query.solutionModifiers;
  if (query.subType === 'ask' || (limitOffset?.limit ?? Number.POSITIVE_INFINITY) <= limit)
    return { sparql, yields };
  query.solutionModifiers.limitOffset = { ...(limitOffset ?? unlimited), limit };
  return { sparql: generator.generate(query), yields };
}

function parse(sparql: string) {
  try {
    return parser.parse(sparql);
  } catch (error) {
    throw new QueryRefused(`this is no query: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Looks through all that the query says, at every depth. */
function refuseElsewhere(said: unknown): void {
  if (typeof said !== 'object' || said === null) return;
  if (isDatasets(said))
    throw new QueryRefused('FROM and FROM NAMED can’t be used: a query sees all graphs that you may see');
  if ('type' in said && said.type === 'pattern' && 'subType' in said && said.subType === 'service')
    throw new QueryRefused('SERVICE can’t be used: the graph asks nobody else');
  for (const part of Object.values(said)) refuseElsewhere(part);
}

const isDatasets = (said: object): boolean =>
  'type' in said &&
  said.type === 'datasetClauses' &&
  'clauses' in said &&
  Array.isArray(said.clauses) &&
  said.clauses.length > 0;
