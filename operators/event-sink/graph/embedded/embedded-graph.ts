import { type Graph, GraphBusy, type GraphQuery, QueryRefused } from '../graph.ts';
import { boundedQuery } from '../query/bounded.ts';
import { followLog } from './follow.ts';
import { brokenOff, withinLimits } from './limits.ts';
import { createLine, type Turn } from './line.ts';
import type { Replica } from './replica.ts';
import { createReplicas, type ReplicaOptions } from './replicas.ts';
import { BYTES_PER_STATEMENT } from './room.ts';
import { CallFailed } from './thread.ts';

/** What an embedded graph is made from; what is not said is as it is good for a home. */
export interface EmbeddedOptions extends Omit<ReplicaOptions, 'keep' | 'rebuildAfter' | 'most'> {
  /** Of how many events, counted back from the last, the activities are kept. */
  readonly keep?: number;
  /** The least statements that went before the store is built anew. */
  readonly rebuildAfter?: number;
  /** Bytes that stores may take. Where that is less than two of them need, queries wait while one is built anew. */
  readonly memory?: number;
  /** Bytes that a query may take. */
  readonly queryMemory?: number;
}

const mostWaiting = 64;

/** Far longer than a graph takes to be built: who asks for the hash has the time. */
const patience = 3_600_000;

/**
 * Oxigraph in memory, in a thread of its own, whose calls block and can't be cancelled: a query that does not end costs
 * the thread. The log has all that was in it, so another one is built, and no event is lost.
 */
export function embeddedGraph({
  keep = 1000,
  rebuildAfter = 50_000,
  memory = 300 * 2 ** 20,
  queryMemory = 256 * 2 ** 20,
  ...rest
}: EmbeddedOptions): Graph {
  const replicas = createReplicas({ ...rest, keep, rebuildAfter, most: memory / BYTES_PER_STATEMENT });
  const line = createLine<Replica>(mostWaiting);
  const follower = followLog({ ...rest, keep }, replicas, line);

  const ask = <T>(milliseconds: number, run: (replica: Replica) => Promise<T>): Promise<T> => {
    const { promise, ...settle } = Promise.withResolvers<T>();
    line.join(turnOf(run, settle), milliseconds);
    follower.wake();
    return promise;
  };

  return {
    apply: follower.apply,
    async query(query) {
      const bounded = boundedQuery(query.sparql, query.limit);
      const contentType = query[bounded.yields];
      return await ask(query.timeout, async (replica) => {
        await admit(replica, query.allowed);
        const body = await withinLimits(replica.thread, { timeout: query.timeout, memory: queryMemory }, () =>
          replica.thread.call('query', { ...bounded, contentType, allowed: query.allowed }),
        );
        return { contentType, body, seq: replica.seq() };
      });
    },
    canonicalHash: () => ask(patience, (replica) => replica.thread.call('canonicalHash', undefined)),
    seq: replicas.seq,
    async close() {
      const closed = new GraphBusy('the graph was closed');
      line.close(closed);
      await follower.close(closed);
    },
  };
}

/**
 * Lets somebody in who may not see all. It is no fault of the query how long that takes: were it ended for that, so would
 * be the next one, and the graph be built anew each time.
 */
async function admit({ thread }: Replica, allowed: GraphQuery['allowed']): Promise<void> {
  if (allowed === 'all') return;
  await thread.call('admit', allowed).catch((error: unknown) => {
    throw brokenOff(error);
  });
}

/** An asker's turn. What ends the thread is told to the asker, and to who has the thread. */
function turnOf<T>(
  run: (replica: Replica) => Promise<T>,
  { resolve, reject }: Pick<PromiseWithResolvers<T>, 'resolve' | 'reject'>,
): Turn<Replica> {
  return {
    async run(replica) {
      try {
        resolve(await run(replica));
      } catch (error) {
        const refused = error instanceof CallFailed;
        reject(refused ? new QueryRefused(error.message) : error);
        if (!refused) throw error;
      }
    },
    refuse: reject,
  };
}
