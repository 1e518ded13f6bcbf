import { setImmediate as othersTurn } from 'node:timers/promises';
import type { SinkEvent } from '@hearth/domain';
import { addressIn, kindNamed } from './address.ts';
import type { Stretch } from './numbers.ts';
import { badRequest, nothingHere } from './refusal.ts';
import type { Asker, Sink } from './sink.ts';
import { mayRead } from './visible.ts';

/** Whether an event is one of those that are asked for, and that who asks may see. */
export type Sees = (event: SinkEvent) => Promise<boolean>;

/**
 * What somebody sees of the log, or of what they ask for in it.
 * @param of a resource by its relative IRI, or a kind by its name
 * @throws Refusal where they may not see that resource
 */
export async function seesOf({ access }: Sink, asker: Asker, of: string | undefined): Promise<Sees> {
  if (of === undefined || kindNamed(of) !== undefined) return (event) => mayRead(access, asker, event);
  const address = addressIn(of);
  if (address === undefined)
    throw badRequest('“of” must be a resource, NAMESPACE/PLURAL.GROUP/NAME, or a kind.');
  if (!(await access.mayGet(asker, address))) throw nothingHere();
  return () => access.mayGet(asker, address);
}

/** What somebody asked for, and what they see of it. */
export interface Asking {
  readonly asker: Asker;
  readonly query: URLSearchParams;
  readonly of: string | undefined;
  readonly sees: Sees;
}

/**
 * Events, and where to go on after them; undefined at the end of the log. Where that is follows from the events, from
 * what was asked and from where the log ends: the numbers of others are not told.
 */
export interface Page {
  readonly events: readonly SinkEvent[];
  readonly next?: number | undefined;
}

/** How many events are looked at together, before others have their turn: this process also records. */
const BATCH = 250;

/** Whoever may see little is told so far, and goes on by themselves: no request looks at more events than this. */
const MOST_LOOKED_AT = 5_000;

/** The events of a stretch that somebody sees; none after `last`, where that is given. */
export async function readPage(
  { log }: Pick<Sink, 'log'>,
  { after, limit, last = Number.POSITIVE_INFINITY }: Stretch & { readonly last?: number },
  of: string | undefined,
  sees: Sees,
): Promise<Page> {
  const { seq: head } = log.head();
  const upTo = (next: number): Page => ({ events: seen, ...(next < head && { next }) });
  const seen: SinkEvent[] = [];
  let at = after;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += BATCH) {
    const some = await log.read({ after: at, limit: BATCH, of });
    for (const event of some) {
      if (event.seq > last) return { events: seen };
      if (await sees(event)) seen.push(event);
      if (seen.length === limit) return upTo(event.seq);
      at = event.seq;
    }
    if (some.length < BATCH) return { events: seen };
    await othersTurn();
  }
  // Numbers have no holes: whatever else was looked at, all up to this were.
  return upTo(Math.max(after + MOST_LOOKED_AT, seen.at(-1)?.seq ?? 0));
}

/** The newest events before one that somebody sees, in order. */
export async function readNewest(
  { log }: Pick<Sink, 'log'>,
  { before, limit }: { readonly before: number; readonly limit: number },
  of: string | undefined,
  sees: Sees,
): Promise<readonly SinkEvent[]> {
  const seen: SinkEvent[] = [];
  let at = before;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += BATCH) {
    const some = await log.read({ after: 0, before: at, limit: BATCH, of });
    for (const event of some.toReversed()) {
      if (await sees(event)) seen.unshift(event);
      if (seen.length === limit) return seen;
    }
    if (some.length < BATCH) break;
    at = some[0]?.seq ?? 0;
    await othersTurn();
  }
  return seen;
}
