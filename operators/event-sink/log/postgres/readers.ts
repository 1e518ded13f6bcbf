import { type Connection, connect, type Row, SNAPSHOT, transact } from './connection.ts';

/** Connections to read with, beside the one that writes. */
export interface Readers {
  /** Reads as of one moment. */
  read<T>(how: (connection: Connection) => Promise<T>): Promise<T>;
  /** Reads bit by bit, as of the moment when the first bit was asked for, on a connection of its own. */
  readSlowly<T>(how: (connection: Connection) => AsyncIterable<T>): AsyncGenerator<T>;
  close(): Promise<void>;
}

/** So many are kept. */
const MOST_IDLE = 4;

/** Opens connections as they are needed, and some stay. */
export function createReaders(url: string): Readers {
  const idle: Connection[] = [];
  let isClosed = false;

  async function take(): Promise<Connection> {
    if (isClosed) throw new Error('the log is not open');
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) if (!kept.isLost()) return kept;
    return connect(url);
  }
  async function giveBack(connection: Connection): Promise<void> {
    if (isClosed || connection.isLost() || idle.length >= MOST_IDLE) await connection.close();
    else idle.push(connection);
  }

  return {
    async read(how) {
      const connection = await take();
      try {
        return await transact(connection, () => how(connection), SNAPSHOT);
      } finally {
        await giveBack(connection);
      }
    },
    async *readSlowly(how) {
      const connection = await connect(url);
      try {
        await connection.query(`BEGIN ${SNAPSHOT}`);
        yield* how(connection);
      } finally {
        await connection.close();
      }
    },
    async close() {
      isClosed = true;
      await Promise.all(idle.splice(0).map((connection) => connection.close()));
    },
  };
}

/** Rows that are fetched at once. */
const STRETCH = 500;

let cursors = 0;

/** The rows of a query, some at a time; within a transaction. */
export async function* rowsOf(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): AsyncGenerator<Row> {
  cursors += 1;
  const name = `rows_${cursors}`;
  await connection.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, values);
  for (;;) {
    const rows = await connection.query(`FETCH ${STRETCH} FROM ${name}`);
    yield* rows;
    if (rows.length < STRETCH) break;
  }
  await connection.query(`CLOSE ${name}`);
}
