import type { SinkEvent } from '@hearth/domain';
import type { Logger } from '@hearth/runtime/log';
import { changesOf } from '../changes.ts';
import { keptActivities, livingStates, type Origin } from '../origin.ts';
import type { SparqlClient } from './client.ts';
import { positionIn } from './dump.ts';
import { changeUpdate, clearUpdate, loadUpdate, moveUpdate } from './update.ts';

/** A server that follows the log. */
export interface Mirror {
  /** Brings it to the log's head; returns the last event that it has then. @throws ServerFailed */
  follow(signal: AbortSignal): Promise<number>;
}

/** How many events go to the server in one request. */
const batch = 200;

/**
 * Keeps a server where the log is. It says itself how far it came, so one that was away goes on from there; one that is
 * new, or that knows of more than there is, is filled from the log.
 */
export function mirrorLog(origin: Origin & { readonly log: Logger }, client: SparqlClient): Mirror {
  const { source, iris, keep, log } = origin;
  let seq: number | undefined;

  const begin = async (signal: AbortSignal): Promise<number> => {
    const known = await positionIn(client, iris, signal);
    const { seq: head, pruned } = source.head();
    if (known !== undefined && known <= head && known >= pruned) return known;
    log.info({ known, head }, 'filling the graph’s server from the log');
    await fill(origin, client, head, signal);
    return head;
  };

  const send = async (events: readonly SinkEvent[], signal: AbortSignal) => {
    const changes = changesOf(events, iris);
    await client.update(changeUpdate(changes, iris, keep), signal);
    return changes.seq;
  };

  return {
    async follow(signal) {
      let at = seq ?? (await begin(signal));
      // If it fails on the way, the server is asked how far it came.
      seq = undefined;
      while (at < source.head().seq) {
        const events = await source.read({ after: at, limit: batch });
        if (events.length === 0) throw new Error(`the log has no event after ${at}, but more were in it`);
        at = await send(events, signal);
      }
      seq = at;
      return at;
    },
  };
}

async function fill(origin: Origin, client: SparqlClient, head: number, signal: AbortSignal): Promise<void> {
  await client.update(clearUpdate(origin.iris), signal);
  for await (const states of livingStates(origin, head, batch))
    await client.update(loadUpdate(states, []), signal);
  for await (const activities of keptActivities(origin, head, batch))
    await client.update(loadUpdate([], activities), signal);
  await client.update(moveUpdate(head, origin.iris), signal);
}
