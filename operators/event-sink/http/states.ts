import { setImmediate as othersTurn } from 'node:timers/promises';
import { relativeIri, type SinkEvent } from '@hearth/domain';
import type { EventLog } from '../log/event-log.ts';
import { isState } from '../log/state.ts';
import { createTurns } from './access/turns.ts';
import type { Sink } from './sink.ts';

/** The last events of all resources that live, by relative IRI. */
type States = ReadonlyMap<string, SinkEvent>;

/** Reads the states as of some event; as they are, if none is given. */
type ReadStates = (at?: number) => Promise<States>;

/** The HTTP side, and the states that all requests have in common. */
export interface SinkWithStates extends Sink {
  readonly states: ReadStates;
}

/** States that are behind by more events than these are read anew. */
const MOST_BEHIND = 500;

/**
 * Reads states for one request after the other, for they are most of what this process has in memory: whoever asks
 * while the log stays as it is gets the same ones. Ask for them last, and let them go at once.
 */
export function createStates(log: Pick<EventLog, 'head' | 'read' | 'states'>): ReadStates {
  const inTurn = createTurns(1);
  // Weakly: who records comes first where memory runs short.
  let newest: { readonly seq: number; readonly states: WeakRef<States> } | undefined;

  const now = async (): Promise<States> => {
    const { seq } = log.head();
    const known = newest?.states.deref();
    if (newest?.seq === seq && known !== undefined) return known;
    const states =
      known === undefined || newest === undefined || seq - newest.seq > MOST_BEHIND
        ? await byIri(log.states(seq))
        : advanced(known, await log.read({ after: newest.seq, limit: seq - newest.seq }));
    newest = { seq, states: new WeakRef(states) };
    return states;
  };

  return (at) =>
    inTurn(async () => {
      // Between two that ask there is always time for who records.
      await othersTurn();
      return at === undefined ? await now() : await byIri(log.states(at));
    });
}

/** What has been in the meantime, nobody who has the former states is to see. */
function advanced(states: States, events: readonly SinkEvent[]): States {
  const advanced = new Map(states);
  for (const event of events) {
    const iri = relativeIri(event.resource);
    // What changed last comes last.
    advanced.delete(iri);
    if (isState(event)) advanced.set(iri, event);
  }
  return advanced;
}

async function byIri(states: AsyncIterable<SinkEvent>): Promise<States> {
  const found = new Map<string, SinkEvent>();
  for await (const event of states) found.set(relativeIri(event.resource), event);
  return found;
}
