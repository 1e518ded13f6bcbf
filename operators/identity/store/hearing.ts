import type { Clock } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { Client } from 'pg';
import type { createListeners } from './sql.ts';
import type { Change } from './store.ts';

/** Where replicas tell each other what they change (`NOTIFY`). */
export const CHANNEL = 'hearth_identity';

/** What one replica tells the others. */
export interface Told {
  /** The replica that tells. */
  readonly from: string;
  readonly change: Change;
}

/** What listening works with. */
export interface HearingParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly listeners: ReturnType<typeof createListeners>;
  /** Whether this replica told it. */
  readonly isOwn: (from: string) => boolean;
  /** A connection to the server, not yet open. */
  readonly connect: () => Client;
}

/** Listens to the other replicas. */
export interface Hearing {
  /** Resolves when it listens; rejects where it can't. */
  readonly started: Promise<void>;
  /** Why something may have been missed; undefined where nothing can have been. */
  readonly behind: () => string | undefined;
  stop(): Promise<void>;
}

const RETRY_MS = 1000;
const HEARTBEAT_MS = 3000;
/** How long nothing may be heard of the others before nobody is let in by what is in memory. */
const LONGEST_SILENCE_MS = 10_000;

/**
 * Listens on a connection of its own, asked every few seconds whether it is still there. When it was lost and is back,
 * everything is read again before what is in memory counts as up to date.
 */
export function startHearing(parts: HearingParts): Hearing {
  const { clock } = parts;
  let line: Line | undefined;
  let lost = false;
  let stopped = false;
  let heard = clock.monotonic();
  let cancel = () => {};

  async function beat(): Promise<void> {
    try {
      if (line === undefined) line = await openLine(parts, lost);
      else await line.check();
      lost = false;
      heard = clock.monotonic();
    } catch (error) {
      if (!lost) parts.log.warn({ error: safeMessage(error) }, 'no word of the other replicas');
      lost = true;
      void line?.close();
      line = undefined;
    }
    if (!stopped) cancel = clock.after(lost ? RETRY_MS : HEARTBEAT_MS, () => void beat());
  }

  return {
    started: openLine(parts, false).then((opened) => {
      line = opened;
      cancel = clock.after(HEARTBEAT_MS, () => void beat());
    }),
    behind: () =>
      clock.monotonic() - heard > LONGEST_SILENCE_MS ? 'PostgreSQL has not answered for a while' : undefined,
    async stop() {
      stopped = true;
      cancel();
      await line?.close();
    },
  };
}

/** A connection that listens. */
interface Line {
  /** Rejects where the connection is gone, or something that came on it was not taken note of. */
  check(): Promise<void>;
  close(): Promise<void>;
}

async function openLine({ connect, listeners, isOwn }: HearingParts, missed: boolean): Promise<Line> {
  const client = connect();
  let trouble: unknown;
  client.on('error', (error) => {
    trouble = error;
  });
  client.on('notification', ({ payload = '' }) => {
    const { from, change } = JSON.parse(payload) as Told;
    if (isOwn(from)) return;
    listeners.tell([change]).catch((error: unknown) => {
      trouble = error;
    });
  });
  await client.connect();
  await client.query(`LISTEN ${CHANNEL}`);
  if (missed) await listeners.tell([{ what: 'everything' }]);
  return {
    async check() {
      if (trouble !== undefined) throw trouble;
      await client.query('SELECT 1');
    },
    close: () => client.end().catch(() => undefined),
  };
}
