import type { Assets } from '@hearth/pages';
import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Clients } from './clients/clients.ts';
import type { Keys } from './keys/keys.ts';
import type { Tickets } from './keys/tickets.ts';
import type { Metrics } from './metrics.ts';
import type { Pages } from './pages/views.ts';
import type { People } from './people/people.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { AuditEntry } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Tells apps that sessions are over, until they have heard, or a day has passed. */
export interface Logouts {
  /** There is something to tell. */
  wake(): void;
  stop(): Promise<void>;
}

/** What the parts of the process work with. */
export interface Identity {
  /** Where people reach it: `https://identity.DOMAIN`, without a slash at the end. */
  readonly issuer: string;
  readonly clock: Clock;
  /** Random bytes; a test passes its own. */
  readonly random: (bytes: number) => Buffer;
  /** A random name for something stored. */
  readonly randomId: () => string;
  readonly keys: Keys;
  readonly store: Store;
  readonly people: People;
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly pages: Pages;
  readonly assets: Assets;
  readonly logouts: Logouts;
  /** Calls apps, to tell them of logouts. */
  readonly fetch: typeof globalThis.fetch;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Writes a line of the audit trail. Never fails: a line that can't be written is in the log. */
  audit(entry: AuditEntry): Promise<void>;
}
