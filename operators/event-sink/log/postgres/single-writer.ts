import { type Clock, pause } from '@hearth/runtime';
import { type Connection, connect, isAway } from './connection.ts';

/** The number of the lock that whoever writes to the log of a database has; it is of our choosing. */
const LOCK = 7_305_402;
const RETRY = 250;
/** Milliseconds until a server that is away is tried again. */
const RETRY_AWAY = 2000;

/** The log belongs to somebody else, or can't be written to any more. Whoever wants to write begins again. */
export class NotTheWriter extends Error {
  override name = 'NotTheWriter';
}

/** How a writer comes, and goes. */
export interface WriterOptions {
  readonly clock: Clock;
  /** Milliseconds to wait for another one to end. */
  readonly patience: number;
  /** Called when the right to write is lost. */
  readonly onLost?: (() => void) | undefined;
  /** Called each time that the server can't be reached; it is tried again. */
  readonly onAway?: ((error: unknown) => void) | undefined;
}

/**
 * Opens the connection that writes. It has the log's advisory lock for as long as it lives, and nothing is written but by
 * it: who loses the lock has lost the connection too, so there are never two that write. A server that is away is waited
 * for.
 * @throws NotTheWriter where another one goes on writing.
 */
export async function openWriter(
  url: string,
  { clock, patience, onLost, onAway }: WriterOptions,
): Promise<Connection> {
  const connection = await connectPatiently(url, clock, onLost, onAway);
  try {
    await takeLock(connection, clock, clock.monotonic() + patience);
    return guarded(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Waits for a server that is away: a process that ended instead would be started anew less and less often. */
async function connectPatiently(
  url: string,
  clock: Clock,
  onLost: WriterOptions['onLost'],
  onAway: WriterOptions['onAway'],
): Promise<Connection> {
  for (;;) {
    try {
      return await connect(url, onLost);
    } catch (error) {
      if (!isAway(error)) throw error;
      onAway?.(error);
    }
    await pause(clock, RETRY_AWAY, new AbortController().signal);
  }
}

async function takeLock(connection: Connection, clock: Clock, deadline: number): Promise<void> {
  for (;;) {
    const [row] = await connection.query('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
    if (row?.mine === true) return;
    if (clock.monotonic() >= deadline) {
      throw new NotTheWriter('another one writes to the log in this database: a log has one writer');
    }
    await pause(clock, RETRY, new AbortController().signal);
  }
}

/** Says plainly what it means that the connection is lost. */
const guarded = (connection: Connection): Connection => ({
  ...connection,
  async query(sql, values) {
    if (connection.isLost()) throw lostRight();
    try {
      return await connection.query(sql, values);
    } catch (error) {
      throw connection.isLost() ? lostRight(error) : error;
    }
  },
});

const lostRight = (cause?: unknown): NotTheWriter =>
  new NotTheWriter(
    'the connection to PostgreSQL was lost, and with it the right to write: open the log again',
    { cause },
  );
