import { backoffDelay } from '@hearth/runtime/backoff';
import { pause, systemClock, within } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { type Graph, GraphBusy, type GraphQuery, QueryTooLong } from '../graph.ts';
import type { Origin } from '../origin.ts';
import { boundedQuery } from '../query/bounded.ts';
import { visibleTo } from '../query/visible.ts';
import { type Dataset, type Endpoints, ServerFailed, type SparqlClient, sparqlClient } from './client.ts';
import { graphsIn, hashOf } from './dump.ts';
import { type Mirror, mirrorLog } from './mirror.ts';

/** What a graph on a server is made from. */
export interface RemoteOptions extends Omit<Origin, 'keep'> {
  readonly keep?: number;
  readonly endpoints: Endpoints;
  readonly log: Logger;
}

const retry = { first: 500, longest: 60_000 };

/**
 * The graph on a SPARQL 1.1 server. Its default graph must be the union of all graphs (Jena calls it
 * unionDefaultGraph), and what lies below the home's base in it belongs to the home alone. A query that runs too long
 * is given up; to end it is the server's affair, which needs a limit of its own.
 */
export function remoteGraph({ keep = 1000, endpoints, ...rest }: RemoteOptions): Graph {
  const origin = { ...rest, keep };
  const client = sparqlClient(endpoints);
  const stopped = new AbortController();
  const mirroring = keepMirrored(mirrorLog(origin, client), origin.log, stopped.signal);

  const asked = async ({ sparql, limit, timeout, allowed, ...types }: GraphQuery) => {
    const bounded = boundedQuery(sparql, limit);
    const contentType = types[bounded.yields];
    await mirroring.reached(0, timeout);
    const seq = mirroring.seq();
    const based = `BASE <${origin.iris.base}>\n${bounded.sparql}`;
    const body = await within(systemClock, timeout, stopped.signal, async (signal) => {
      const dataset = await datasetOf(client, origin, allowed, signal);
      return await client.query(based, contentType, dataset, signal);
    });
    return { contentType, body, seq };
  };

  return {
    apply: (events) => mirroring.reached(events.at(-1)?.seq ?? 0),
    query: (query) => asked(query).catch((error: unknown) => failed(error, query.timeout)),
    async canonicalHash() {
      await mirroring.reached(0);
      return await hashOf(client, origin.iris, stopped.signal);
    },
    seq: mirroring.seq,
    async close() {
      stopped.abort(new GraphBusy('the graph was closed'));
      await mirroring.ended;
    },
  };
}

/** What the asker may see. It is never left to the server: no graphs are one that is not there. */
async function datasetOf(
  client: SparqlClient,
  { iris }: Origin,
  allowed: GraphQuery['allowed'],
  signal: AbortSignal,
): Promise<Dataset> {
  if (allowed === 'all') return undefined;
  const visible = (await graphsIn(client, iris, signal)).filter(visibleTo(allowed, iris.base));
  return visible.length === 0 ? [`${iris.base}-/nothing`] : visible;
}

function failed(error: unknown, timeout: number): never {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    throw new QueryTooLong(`the query did not end within ${timeout / 1000} s; ask for less, or add a LIMIT`);
  if (error instanceof ServerFailed)
    throw new GraphBusy('the graph’s server does not answer; try again in a while', { cause: error });
  throw error;
}

interface Mirroring {
  /** The last event that the server is known to have. */
  seq(): number;
  /** Resolves when the server has an event. @throws GraphBusy where it did not in time, or was closed */
  reached(seq: number, milliseconds?: number): Promise<void>;
  /** Resolves when nothing is done any more. */
  readonly ended: Promise<void>;
}

interface Awaiting {
  readonly seq: number;
  readonly done: PromiseWithResolvers<void>;
}

/** Brings the server to the log's head whenever somebody waits for that, and tries until it is there. */
function keepMirrored(mirror: Mirror, log: Logger, signal: AbortSignal): Mirroring {
  const awaiting = new Set<Awaiting>();
  let known: number | undefined;
  let bell = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => bell.resolve(), { once: true });

  const settle = (seq: number) => {
    known = seq;
    for (const one of awaiting) {
      if (one.seq > seq) continue;
      awaiting.delete(one);
      one.done.resolve();
    }
  };

  const run = async () => {
    for (let failures = 0; !signal.aborted; ) {
      bell = Promise.withResolvers();
      try {
        settle(await mirror.follow(signal));
        failures = 0;
        if (!signal.aborted) await bell.promise;
      } catch (error) {
        if (signal.aborted) break;
        log.warn({ err: error }, 'the graph’s server did not follow the log; it is tried again');
        failures += 1;
        await pause(systemClock, backoffDelay(failures, retry), signal);
      }
    }
    for (const { done } of awaiting) done.reject(signal.reason);
  };

  return {
    seq: () => known ?? 0,
    ended: run(),
    async reached(seq, milliseconds) {
      signal.throwIfAborted();
      if (known !== undefined && seq <= known) return;
      const one = { seq, done: Promise.withResolvers<void>() };
      awaiting.add(one);
      bell.resolve();
      const late = new GraphBusy('the graph’s server is being filled; try again in a while');
      const timer = milliseconds && setTimeout(() => one.done.reject(late), milliseconds);
      await one.done.promise.finally(() => {
        clearTimeout(timer);
        awaiting.delete(one);
      });
    },
  };
}
