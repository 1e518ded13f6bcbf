import { QueryRefused } from '../graph.ts';

/** Where a SPARQL 1.1 server answers. */
export interface Endpoints {
  readonly query: string;
  readonly update: string;
  /** Sent with each request, for instance `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The dataset of a query (SPARQL 1.1 Protocol, §2.1.4); without one, the server's own. */
export type Dataset = readonly string[] | undefined;

/** What can be asked of a SPARQL 1.1 server. */
export interface SparqlClient {
  /** @throws ServerFailed */
  update(sparql: string, signal: AbortSignal): Promise<void>;
  /**
   * @throws QueryRefused where the server finds fault with the query
   * @throws ServerFailed where the server can't answer
   */
  query(sparql: string, accept: string, dataset: Dataset, signal: AbortSignal): Promise<string>;
}

/** The server can't be reached, or has a fault of its own. */
export class ServerFailed extends Error {
  override name = 'ServerFailed';
}

/** Speaks with a server by the SPARQL 1.1 Protocol. */
export function sparqlClient({ query, update, headers = {} }: Endpoints): SparqlClient {
  const post = async (url: string, type: string, body: string, accept: string, signal: AbortSignal) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': type, accept },
      body,
      signal,
      redirect: 'error',
    });
    return { status: answer.status, text: await answer.text() };
  };
  const sent = (...request: Parameters<typeof post>) =>
    post(...request).catch((error: unknown) => {
      if (request[4].aborted) throw request[4].reason;
      throw new ServerFailed(`${new URL(request[0]).origin} can’t be reached`, { cause: error });
    });

  return {
    async update(sparql, signal) {
      const { status, text } = await sent(update, 'application/sparql-update', sparql, '*/*', signal);
      if (status >= 300) throw new ServerFailed(`the update was answered with ${status}: ${excerpt(text)}`);
    },
    async query(sparql, accept, dataset, signal) {
      const { status, text } = await sent(query, form, queryForm(sparql, dataset), accept, signal);
      if (status === 400) throw new QueryRefused(`the query was refused: ${excerpt(text)}`);
      if (status >= 300) throw new ServerFailed(`the query was answered with ${status}: ${excerpt(text)}`);
      return text;
    },
  };
}

const form = 'application/x-www-form-urlencoded';

/** Each graph is part of the default graph, and has its name, too. */
function queryForm(sparql: string, dataset: Dataset): string {
  const fields = new URLSearchParams({ query: sparql });
  for (const graph of dataset ?? []) {
    fields.append('default-graph-uri', graph);
    fields.append('named-graph-uri', graph);
  }
  return fields.toString();
}

const excerpt = (text: string): string => text.trim().slice(0, 300);
