import { join } from 'node:path';
import type { Clock } from '@hearth/runtime/clock';
import type { EventLog } from './event-log.ts';
import { openSqliteLog } from './sqlite/sqlite-log.ts';

/** Where a log is. */
export interface LogPlace {
  /** A folder of a local file system, of this process alone. */
  readonly folder: string;
  /** `postgresql://…`: the log is in this database then, and not in the folder. May hold a password. */
  readonly databaseUrl?: string | undefined;
}

/** Who is told of a log that is not at hand. */
interface LogObserver {
  /** Nothing can be written any more until the log is opened again. */
  onLost(): void;
  /** The log can't be opened yet; it is tried again. */
  onAway(error: unknown): void;
}

/** Opens the log of this process; waits for it where it is on a server that is away. */
export async function openLog(
  { folder, databaseUrl }: LogPlace,
  clock: Clock,
  { onLost, onAway }: LogObserver,
): Promise<EventLog> {
  if (databaseUrl === undefined) return openSqliteLog(join(folder, 'events.db'), { clock });
  // Most homes have no use for it, and little memory.
  const { openPostgresLog } = await import('./postgres/postgres-log.ts');
  return openPostgresLog(databaseUrl, { clock, onLost, onAway });
}
