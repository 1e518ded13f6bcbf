import type { OpenTicket, Tickets } from '../keys/tickets.ts';

/** What a one-time code stands for; it is good for nothing else. */
export interface Code {
  readonly session: string;
  readonly client: string;
  readonly host: string;
  /** What the browser began with. */
  readonly state: string;
  /** Where to go on, an address of the app. */
  readonly to: string;
}

/** A browser takes a code back at once. */
const LIFETIME = 60_000;

/** A sealed code: nothing is stored until it is taken. */
export const issueCode = (tickets: Tickets, code: Code): string =>
  tickets.issue('forward-auth', code, LIFETIME);

/** A code, if it is one of ours and not expired. */
export const openCode = (tickets: Tickets, text: string | null): OpenTicket<Code> | undefined =>
  text === null ? undefined : tickets.open<Code>('forward-auth', text);
