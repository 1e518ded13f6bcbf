import type { EventsPage } from './pages/views.ts';
import { readNewest, type Sees } from './reading.ts';
import type { Sink } from './sink.ts';

/** Events on a page for people. */
const SHOWN = 50;

/** The newest events before one that somebody sees, and where those before and after them are. */
export async function eventsPage(
  sink: Pick<Sink, 'log'>,
  { before, of, sees }: { readonly before: number; readonly of: string | undefined; readonly sees: Sees },
): Promise<EventsPage> {
  const { seq: head } = sink.log.head();
  const events = await readNewest(sink, { before, limit: SHOWN }, of, sees);
  const [first] = events;
  const path = (changed: number) =>
    `/-/events?${new URLSearchParams({ before: `${changed}`, ...(of !== undefined && { of }) })}`;
  return {
    events,
    ...(first !== undefined && events.length === SHOWN && { earlier: path(first.seq) }),
    ...(before <= head && { later: path(await afterNext(sink, before, of)) }),
  };
}

/** Before what the page ends that begins where this one ended. */
async function afterNext(
  { log }: Pick<Sink, 'log'>,
  before: number,
  of: string | undefined,
): Promise<number> {
  const next = await log.read({ after: before - 1, limit: SHOWN, of });
  return (next.at(-1)?.seq ?? log.head().seq) + 1;
}
