import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
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
  if (databaseUrl === undefined) return createStore(await openSqlite(file));
  // Most homes have no PostgreSQL for it, and no memory to spare for its client.
  const { openPostgres } = await import('./postgres.ts');
  return createStore(await openPostgres({ url: databaseUrl, clock, log }));
}
