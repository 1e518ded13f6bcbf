import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while holding an exclusive lock on `file`, waiting for as long as another process holds it.
 *
 * The lock is SQLite's own on its database file: the kernel gives it up when the holder dies, however it dies, so
 * there is no stale lock to judge and no pid to trust. Node has no flock of its own.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    let waiting = false;
    while (!tryLock(database)) {
      if (!waiting) onWait();
      waiting = true;
      await sleep(200);
    }
    return await work();
  } finally {
    database.close();
  }
}

const SQLITE_BUSY = 5;

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
