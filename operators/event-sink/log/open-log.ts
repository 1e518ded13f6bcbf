import { join } from 'node:path';
import type { Clock } from '@hearth/runtime/clock';
import type { EventLog } from './event-log.ts';
import { openPostgresLog } from './postgres/postgres-log.ts';
import { openSqliteLog } from './sqlite/sqlite-log.ts';

/** Where a log is. */
export interface LogPlace {
  /** A folder of a local file system, of this process alone. */
  readonly folder: string;
  /** `postgresql://…`: the log is in this database then, and not in the folder. May hold a password. */
  readonly databaseUrl?: string | undefined;
}

/**
 * Opens the log of this process.
 * @param onLost is called when nothing can be written any more until the log is opened again.
 */
export const openLog = async (
  { folder, databaseUrl }: LogPlace,
  clock: Clock,
  onLost: () => void,
): Promise<EventLog> =>
  databaseUrl === undefined
    ? openSqliteLog(join(folder, 'events.db'), { clock })
    : openPostgresLog(databaseUrl, { clock, onLost });
