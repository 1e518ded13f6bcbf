import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { hasSchema, migration, SCHEMA_QUERY, schemaVersion } from './schema.ts';
import { createListeners, type Row, type Sql, type Statement, type Value } from './sql.ts';
import type { Change } from './store.ts';

/** A transaction that waits for its turn. */
interface Waiting {
  readonly statements: readonly Statement[];
  readonly settle: (happened: boolean) => void;
  readonly fail: (error: unknown) => void;
}

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
  const prepare = statements(database);
  const listeners = createListeners();
  const enqueue = transactions(database, prepare);
  const sql: Sql = {
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

/** Statements are compiled once. */
function statements(database: DatabaseSync): (text: string) => StatementSync {
  const compiled = new Map<string, StatementSync>();
  return (text) => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const fresh = database.prepare(text);
    if (!/^\s*(CREATE|PRAGMA)/.test(text)) compiled.set(text, fresh);
    return fresh;
  };
}

const named = (values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));

/** Takes transactions in, and runs those that came together as one, each in a savepoint of its own. */
function transactions(
  database: DatabaseSync,
  prepare: (text: string) => StatementSync,
): (statements: readonly Statement[]) => Promise<boolean> {
  let waiting: Waiting[] = [];

  function run(statements: readonly Statement[]): boolean {
    database.exec('SAVEPOINT one');
    try {
      const happened = statements.every(({ sql, values = [], must }) => {
        const { changes } = prepare(sql).run(named(values));
        return must !== true || Number(changes) > 0;
      });
      database.exec(happened ? 'RELEASE one' : 'ROLLBACK TO one; RELEASE one');
      return happened;
    } catch (error) {
      database.exec('ROLLBACK TO one; RELEASE one');
      throw error;
    }
  }

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const settled: (() => void)[] = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { statements, settle, fail } of batch) {
        try {
          const happened = run(statements);
          settled.push(() => settle(happened));
        } catch (error) {
          settled.push(() => fail(error));
        }
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      for (const { fail } of batch) fail(error);
      return;
    }
    for (const tell of settled) tell();
  }

  return (statements) =>
    new Promise((settle, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ statements, settle, fail });
    });
}
