import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { LogDamaged, LogFull } from '../event-log.ts';

/** SQLite's result codes (sqlite.org/rescode.html), those that are told apart. */
const CODES = { IOERR: 10, CORRUPT: 11, FULL: 13, CONSTRAINT: 19, NOTADB: 26 } as const;

/** Less room than this is none: it is what SQLite needs at once to open a log. */
const NO_ROOM = 64 * 1024;

/** Runs something on a log's file. What goes wrong is told as a LogFull or LogDamaged where it is one. */
export function onFile<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  const code = resultCode(error);
  const { message, code: kind } = Object(error);
  if (code === CODES.FULL || (code === CODES.IOERR && isFull(path))) {
    return new LogFull(`no room is left for ${path}: make some`, { cause: error });
  }
  if (code === CODES.CORRUPT || code === CODES.NOTADB || kind === 'ERR_OUT_OF_RANGE') {
    return new LogDamaged(`${path} is damaged (${message}): restore it from a copy`, { cause: error });
  }
  if (code === CODES.CONSTRAINT) {
    return new Error(`${path} is not as this process left it (${message}): does another one write to it?`, {
      cause: error,
    });
  }
  return error;
}

/** The primary result code of an error that comes from SQLite. */
function resultCode(error: unknown): number | undefined {
  const { code, errcode } = Object(error);
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

function isFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize < NO_ROOM;
}

/**
 * Opens a file for the one who writes. A commit is on disk when it returns: it is in the write-ahead log, and that is
 * synced (WAL, `synchronous=FULL`).
 */
export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    const mode = database.prepare('PRAGMA journal_mode = WAL').get();
    if (mode?.journal_mode !== 'wal') throw new Error(`${path} is on a file system without shared memory`);
    database.exec(
      'PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON',
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file that is open for a writer, to read beside it. */
export const openReader = (path: string): DatabaseSync =>
  new DatabaseSync(path, { readOnly: true, timeout: 1000 });

/** What is read before others have their turn. */
const STRETCH = 500;

/**
 * Reads a file bit by bit, as it was when the first bit was asked for. It has a connection of its own: on a common one,
 * everybody else would see the file as of then, too.
 */
export async function* readSlowly<T>(
  path: string,
  read: (database: DatabaseSync) => Iterable<T>,
): AsyncGenerator<T> {
  const database = onFile(path, () => openReader(path));
  try {
    database.exec('BEGIN');
    let count = 0;
    for (const item of read(database)) {
      count += 1;
      if (count % STRETCH === 0) await othersTurn();
      yield item;
    }
  } catch (error) {
    throw explained(path, error);
  } finally {
    database.close();
  }
}

/** Runs something as one transaction: all of it happens and is on disk, or nothing of it. */
export function transact<T>(database: DatabaseSync, run: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has done so by itself where there was no room.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
