import { badRequest, Refusal } from './refusal.ts';

/** What came over HTTP. */
export interface ProtocolRequest {
  readonly method: string;
  /** Of the address. */
  readonly query: URLSearchParams;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

/**
 * The query of a request in one of the three ways that the SPARQL 1.1 Protocol has (2.1); undefined where nothing is
 * asked.
 * @throws Refusal
 */
export function queryIn({ method, query, contentType = '', body = '' }: ProtocolRequest): string | undefined {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (method !== 'POST') return onlyQuery(query);
  switch (type.trim()) {
    case 'application/x-www-form-urlencoded':
      if (query.has('query'))
        throw badRequest('The query stands in the address and in the body. Say it once.');
      refuseDatasets(query);
      return onlyQuery(new URLSearchParams(body)) ?? notAsked();
    case 'application/sparql-query':
      if (query.has('query'))
        throw badRequest('The query stands in the address and in the body. Say it once.');
      refuseDatasets(query);
      return body.trim() === '' ? notAsked() : body;
    case 'application/sparql-update':
      throw noUpdates();
    default:
      throw new Refusal(
        415,
        'This type is not known here',
        'Send a query as application/x-www-form-urlencoded or application/sparql-query.',
      );
  }
}

function onlyQuery(parameters: URLSearchParams): string | undefined {
  if (parameters.has('update')) throw noUpdates();
  refuseDatasets(parameters);
  const queries = parameters.getAll('query');
  if (queries.length > 1) throw badRequest('There is more than one “query”. Ask them one by one.');
  return queries[0] === '' ? undefined : queries[0];
}

const notAsked = (): never => {
  throw badRequest('“query” is missing: say in SPARQL what you want to know.');
};

const noUpdates = (): Refusal =>
  badRequest('The graph follows the log, and can only be asked: send a query.');

function refuseDatasets(parameters: URLSearchParams): void {
  const named = ['default-graph-uri', 'named-graph-uri'].find((name) => parameters.has(name));
  if (named !== undefined)
    throw badRequest(
      `Leave out “${named}”: a query sees all graphs that you may see, and can name one with GRAPH.`,
    );
}
