import type { SinkEvent } from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { SinkClient } from './ask-sink.ts';

/** Events that are asked for at once. */
const PAGE = 500;

/**
 * What happened: of a resource all of it, because the events before tell how things were; of a kind the last `limit`
 * events and some before; of everything about the last `limit`.
 */
export async function readHistory(
  sink: Pick<SinkClient, 'events' | 'head'>,
  { of, limit }: { readonly of?: string | undefined; readonly limit: number },
): Promise<readonly SinkEvent[]> {
  if (of?.includes('/')) return readFrom(sink, 0, of);
  const { seq, pruned } = await sink.head();
  if (of === undefined) return readFrom(sink, Math.max(pruned, seq - limit));
  // How many of the log's events are of the kind is not known: further and further back, until there are enough.
  for (let stretch = Math.max(limit, PAGE); ; stretch *= 4) {
    const after = Math.max(pruned, seq - stretch);
    const events = await readFrom(sink, after, of);
    if (events.length >= limit || after === pruned) return events;
  }
}

async function readFrom(
  sink: Pick<SinkClient, 'events'>,
  start: number,
  of?: string,
): Promise<readonly SinkEvent[]> {
  const events: SinkEvent[] = [];
  let after: number | undefined = start;
  while (after !== undefined) {
    const page: Awaited<ReturnType<SinkClient['events']>> = await sink.events({ after, limit: PAGE, of });
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

/** The object after event `at`: of a resource, or of the one that this event is about. @throws Failure */
export async function stateAt(
  sink: Pick<SinkClient, 'events' | 'head' | 'resource'>,
  at: number,
  of?: string,
): Promise<object> {
  if (of !== undefined) return sink.resource(of, at);
  const { events } = await sink.events({ after: at - 1, limit: 1 });
  const [event] = events;
  if (event?.seq !== at) {
    const { pruned } = await sink.head();
    if (at > pruned) throw new Failure(`There is no event ${at} that you may see.`);
    throw new Failure(
      `Events up to ${pruned} were moved to archives. Ask for a later one, or read the archives.`,
    );
  }
  if (event.object === undefined) throw new Failure(`Event ${at} is a gap: it is about no resource.`);
  return event.object;
}
