import type { Change, ChangeListener } from './store.ts';

/** What a column holds: the two databases agree on these. */
export type Value = string | number | null;

/** A row, by column. */
export type Row = Readonly<Record<string, Value>>;

/** A statement; its values stand in it as `$1`, `$2`. */
export interface Statement {
  readonly sql: string;
  readonly values?: readonly Value[];
  /** It must touch a row: where it doesn't, nothing of its transaction happens. */
  readonly must?: boolean;
}

/** A database that speaks SQL: SQLite in this process, or PostgreSQL. */
export interface Sql {
  /** Whether other processes work with it too. */
  readonly shared: boolean;
  query(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /**
   * Runs statements as one transaction and tells what changed. False where one that must touch a row touched none;
   * then nothing happened. True once it is on disk and everyone in this process has taken note.
   */
  transact(statements: readonly Statement[], changes?: readonly Change[]): Promise<boolean>;
  onChange(listener: ChangeListener): () => void;
  behind(): string | undefined;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A statement with its values. */
export const statement = (sql: string, ...values: readonly Value[]): Statement => ({ sql, values });

/** A statement that must touch a row. */
export const must = (sql: string, ...values: readonly Value[]): Statement => ({ sql, values, must: true });

/** `VALUES ($1, $2, …)` with as many places as there are columns. */
const places = (count: number): string =>
  `VALUES (${Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ')})`;

/** Inserts a row. */
export const insert = (table: string, row: Row): Statement =>
  statement(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) ${places(Object.keys(row).length)}`,
    ...Object.values(row),
  );

/** Inserts a row, or writes over the one with the same key. */
export function upsert(table: string, key: readonly string[], row: Row): Statement {
  const others = Object.keys(row).filter((column) => !key.includes(column));
  const { sql, values = [] } = insert(table, row);
  const set = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return statement(`${sql} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set}`, ...values);
}

/** Listeners, and how to call them all. */
export function createListeners(): {
  readonly add: (listener: ChangeListener) => () => void;
  readonly tell: (changes: readonly Change[]) => Promise<void>;
} {
  const listeners = new Set<ChangeListener>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async tell(changes) {
      await Promise.all(changes.flatMap((change) => [...listeners].map((listener) => listener(change))));
    },
  };
}
