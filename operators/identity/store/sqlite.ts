import { DatabaseSync } from 'node:sqlite';
import { hasSchema, migration, SCHEMA_QUERY, schemaVersion } from './schema.ts';
import { createListeners, type Row, type Sql } from './sql.ts';
import { compile, createTransactions, named } from './sqlite-transactions.ts';
import type { Change } from './store.ts';

/**
 * A SQLite database in a file of this process (`node:sqlite`), brought up to date. Writes go to a log that is synced
 * before a transaction counts as done (WAL, `synchronous=FULL`), so that a killed process or a lost power supply
 * loses nothing that was promised. Transactions that come at the same time share one sync.
 */
export async function openSqlite(path: string): Promise<Sql> {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  try {
    return await open(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}

async function open(database: DatabaseSync, path: string): Promise<Sql> {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2000');
  const [check] = database.prepare('PRAGMA quick_check(1)').all();
  if (check?.quick_check !== 'ok') {
    throw new Error(`${path} is damaged (${check?.quick_check}): restore it from a copy`);
  }
  const prepare = compile(database);
  const listeners = createListeners();
  const enqueue = createTransactions(database, prepare);
  const sql: Sql = {
    shared: false,
    query: async (text, values = []) => prepare(text).all(named(values)) as Row[],
    async transact(wanted, changes: readonly Change[] = []) {
      const happened = await enqueue(wanted);
      if (happened) await listeners.tell(changes);
      return happened;
    },
    onChange: listeners.add,
    behind: () => undefined,
    // What is in the log goes into the file, so that the file alone is the whole database.
    settle: async () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    async close() {
      await sql.settle();
      database.close();
    },
  };
  const known = (await hasSchema(sql, 'sqlite')) ? (await sql.query(SCHEMA_QUERY))[0] : undefined;
  await sql.transact(migration('sqlite', schemaVersion(known)));
  return sql;
}
