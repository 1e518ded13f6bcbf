import { kindName, relativeIri, type SinkEvent } from '@hearth/domain';
import type { EventLog } from '../log/event-log.ts';

/** Events that come next. */
interface Next {
  readonly events: readonly SinkEvent[];
  /** After which one it goes on. */
  readonly last: number;
  /** Whether that is where the log ended. */
  readonly isEnd: boolean;
}

/** What happened after some event, for many who follow the log. */
export interface News {
  /** @param of a resource by its relative IRI, or a kind by its name */
  after(seq: number, of: string | undefined): Promise<Next>;
  /** An event as JSON. */
  text(event: SinkEvent): string;
}

/** How many events are read together: each reader who is slow keeps so many in memory. */
const BATCH = 50;

/**
 * Reads once for all who have come to the same place: each append rings all of them, and they run where it is recorded.
 */
export function createNews(log: Pick<EventLog, 'head' | 'read'>): News {
  const texts = new WeakMap<SinkEvent, string>();
  let shared: { readonly after: number; readonly head: number; readonly events: EventsRead } | undefined;

  const sharedAfter = (after: number, head: number): EventsRead => {
    if (shared?.after !== after || shared.head !== head)
      shared = { after, head, events: log.read({ after, limit: BATCH }) };
    return shared.events;
  };

  return {
    async after(seq, of) {
      const { seq: head } = log.head();
      const isNear = head - seq < BATCH;
      const read = isNear
        ? (await sharedAfter(seq, head)).filter((event) => isOf(event, of))
        : await log.read({ after: seq, limit: BATCH, of });
      const events = read.filter((event) => event.seq <= head);
      const isEnd = events.length < BATCH;
      // Where the log ended: the number of the last event would tell that it was one of these, seen or not.
      return { events, last: isEnd ? head : (events.at(-1)?.seq ?? seq), isEnd };
    },
    text(event) {
      const known = texts.get(event) ?? JSON.stringify(event);
      texts.set(event, known);
      return known;
    },
  };
}

type EventsRead = ReturnType<EventLog['read']>;

/** As the log finds them. */
function isOf({ resource }: SinkEvent, of: string | undefined): boolean {
  if (of === undefined) return true;
  return (of.includes('/') ? relativeIri(resource) : kindName(resource)) === of;
}
