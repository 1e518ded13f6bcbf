import type { Instant, Spent } from '../store/records.ts';
import type { Seal } from './seal.ts';

/** What a ticket lets its bearer do. */
export type TicketPurpose = 'sign-in' | 'enrol' | 'forward-auth';

/** What a ticket says, and how it is marked as taken. */
export interface OpenTicket<Content> {
  readonly content: Content;
  readonly spent: Spent;
}

/**
 * Short-lived sealed tickets. Nothing is stored when one is issued, so that nobody can fill the store by asking for
 * many; what must work only once is spent in the store (`Store.spend`) when it is taken.
 */
export interface Tickets {
  issue(purpose: TicketPurpose, content: object, milliseconds: number): string;
  /** Undefined where it is expired, for another purpose, or not ours. */
  open<Content>(purpose: TicketPurpose, ticket: string): OpenTicket<Content> | undefined;
}

interface Stamped {
  readonly content: unknown;
  readonly id: string;
  readonly expires: Instant;
}

/** Tickets sealed by `seal`; `randomId` tells them apart. */
export const createTickets = (seal: Seal, now: () => Instant, randomId: () => string): Tickets => ({
  issue: (purpose, content, milliseconds) =>
    seal.close(
      JSON.stringify({ content, id: randomId(), expires: now() + milliseconds } satisfies Stamped),
      purpose,
    ),
  open<Content>(purpose: TicketPurpose, ticket: string) {
    const text = seal.open(ticket, purpose);
    if (text === undefined) return undefined;
    const { content, id, expires } = JSON.parse(text) as Stamped;
    return expires > now() ? { content: content as Content, spent: { id, expires } } : undefined;
  },
});
