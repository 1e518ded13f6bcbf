import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Statement, Value } from './sql.ts';

/** Gives the compiled form of a statement. */
export type Prepare = (text: string) => StatementSync;

/** Compiles statements, each once. */
export function compile(database: DatabaseSync): Prepare {
  const compiled = new Map<string, StatementSync>();
  return (text) => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const fresh = database.prepare(text);
    if (!/^\s*(CREATE|PRAGMA)/.test(text)) compiled.set(text, fresh);
    return fresh;
  };
}

/** Values as `$1`, `$2` of a statement. */
export const named = (values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));

/** A transaction that waits for its turn. */
interface Waiting {
  readonly statements: readonly Statement[];
  readonly settle: (happened: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Takes transactions in, and runs those that came together as one, each in a savepoint of its own: they share the sync
 * that takes most of the time. Resolves with whether it happened, once it is on disk.
 */
export function createTransactions(
  database: DatabaseSync,
  prepare: Prepare,
): (statements: readonly Statement[]) => Promise<boolean> {
  let waiting: Waiting[] = [];
  function flush(): void {
    const batch = waiting;
    waiting = [];
    commit(database, prepare, batch);
  }
  return (statements) =>
    new Promise((settle, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ statements, settle, fail });
    });
}

function commit(database: DatabaseSync, prepare: Prepare, batch: readonly Waiting[]): void {
  const settled: (() => void)[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const { statements, settle, fail } of batch) {
      try {
        const happened = run(database, prepare, statements);
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

/** Runs one transaction within the common one. False, and nothing of it happened, where a row was missing. */
function run(database: DatabaseSync, prepare: Prepare, statements: readonly Statement[]): boolean {
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
