import type { SinkEvent } from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { SinkClient } from './ask-sink.ts';

/** Events that are asked for at once. */
const PAGE = 500;

/**
 * What happened: of a resource or a kind all of it, because the events before tell how things were; of everything about
 * the last `limit` events.
 */
export async function readHistory(
  sink: Pick<SinkClient, 'events' | 'head'>,
  { of, limit }: { readonly of?: string | undefined; readonly limit: number },
): Promise<readonly SinkEvent[]> {
  const { seq, pruned } = await sink.head();
  const events: SinkEvent[] = [];
  let after: number | undefined = of === undefined ? Math.max(pruned, seq - limit) : 0;
  while (after !== undefined) {
    const page: Awaited<ReturnType<SinkClient['events']>> = await sink.events({ after, limit: PAGE, of });
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

/** The object after event `at`: of a resource, or of the one that this event is about. @throws Failure */
export async function stateAt(
  sink: Pick<SinkClient, 'events' | 'resource'>,
  at: number,
  of?: string,
): Promise<object> {
  if (of !== undefined) return sink.resource(of, at);
  const { events } = await sink.events({ after: at - 1, limit: 1 });
  const [event] = events;
  if (event?.seq !== at) throw new Failure(`There is no event ${at} that you may see.`);
  if (event.object === undefined) throw new Failure(`Event ${at} is a gap: it is about no resource.`);
  return event.object;
}
