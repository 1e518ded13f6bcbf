import type { EventsPage } from './pages/views.ts';
import { readNewest, readPage, type Sees } from './reading.ts';
import type { Sink } from './sink.ts';

/** Events on a page for people. */
const SHOWN = 50;

/** Before which event somebody looks, at what, and what they see of it. */
interface Looking {
  readonly before: number;
  readonly of: string | undefined;
  readonly sees: Sees;
}

/** The newest events before one that somebody sees, and where those before and after them are. */
export async function eventsPage(sink: Pick<Sink, 'log'>, looking: Looking): Promise<EventsPage> {
  const { before, of, sees } = looking;
  const { seq: head } = sink.log.head();
  const events = await readNewest(sink, { before, limit: SHOWN }, of, sees);
  const [first] = events;
  const path = (changed: number) =>
    `/-/events?${new URLSearchParams({ before: `${changed}`, ...(of !== undefined && { of }) })}`;
  return {
    events,
    ...(first !== undefined && events.length === SHOWN && { earlier: path(first.seq) }),
    ...(before <= head && { later: path(await afterNext(sink, looking)) }),
  };
}

/** Before what the page ends that begins where this one ended. */
async function afterNext(sink: Pick<Sink, 'log'>, { before, of, sees }: Looking): Promise<number> {
  const { seq: head } = sink.log.head();
  const { next = head } = await readPage(sink, { after: before - 1, limit: SHOWN }, of, sees);
  return next + 1;
}
