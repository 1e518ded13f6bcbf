import type { Clock, Logger } from '@hearth/runtime';
import { openPostgres } from './postgres.ts';
import { createStore } from './sql-store.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/** Where the store is: PostgreSQL by its URL, or else SQLite by the path of its file. */
export interface StoreLocation {
  readonly databaseUrl?: string;
  readonly file: string;
}

/** Opens the store and brings its schema up to date. */
export async function openStore(
  { databaseUrl, file }: StoreLocation,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Store> {
  return createStore(
    databaseUrl === undefined ? await openSqlite(file) : await openPostgres({ url: databaseUrl, clock, log }),
  );
}
