import { connect, createServer, type Server, type Socket } from 'node:net';

/** A statement on its way to PostgreSQL, in the hands of a test. */
interface Statement {
  /** With its parameters left out, and its literals as they were written. */
  readonly text: string;
  /** Has it carried out, and resolves to all that the server answers. */
  send(): Promise<Buffer>;
  /** Hands the answer over to the client. */
  relay(answer: Buffer): void;
}

/** What is done to each statement. */
export type OnStatement = (statement: Statement) => Promise<void>;

/** A proxy before a PostgreSQL server that shows a test each statement of one application. */
export interface SqlProxy {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on a free port and carries what comes to a server. Statements of connections whose application_name is
 * `application` go through `onStatement`; whatever else is said, and others' connections, go through untouched.
 */
export async function openSqlProxy(
  target: { readonly host: string; readonly port: number },
  application: string,
  onStatement: OnStatement,
): Promise<SqlProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    carry(client, upstream, application, onStatement);
  });
  return {
    port: await listen(server),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

/**
 * Frontend messages have a type byte and a length (PostgreSQL's protocol 3.0), but for the first, which has only a
 * length. A simple query is one message; an extended one is several that end with Sync. Each is answered up to
 * ReadyForQuery.
 */
function carry(client: Socket, upstream: Socket, application: string, onStatement: OnStatement): void {
  const answers = createAnswers(upstream, client);
  let watched: boolean | undefined;
  let batch: Buffer[] = [];
  let turn = Promise.resolve();

  const statement = (messages: readonly Buffer[]) => {
    const text = messages.map(textOf).find((found) => found !== undefined) ?? '';
    turn = turn
      .then(() =>
        onStatement({
          text,
          send: () => answers.to(Buffer.concat(messages)),
          relay: (answer) => void client.write(answer),
        }),
      )
      // A statement that can't be carried out breaks the connection, as the loss of the server would.
      .catch(() => void client.destroy());
  };

  const message = (bytes: Buffer) => {
    const type = String.fromCharCode(bytes[0] ?? 0);
    if (!watched || !'QPBDECHS'.includes(type)) return void upstream.write(bytes);
    batch.push(bytes);
    if (type !== 'Q' && type !== 'S') return;
    statement(batch);
    batch = [];
  };

  const first = framed(0, (bytes) => {
    // What is encrypted can't be watched: to whoever would rather have TLS, the proxy is a server without it.
    if (bytes.length === 8 && bytes.readInt32BE(4) === SSL_REQUEST) return void client.write('N');
    watched = bytes.includes(`application_name\0${application}\0`);
    upstream.write(bytes);
  });
  const later = framed(1, message);
  client.on('data', (chunk: Buffer) => (watched === undefined ? first(chunk) : later(chunk)));
}

/** The code of an SSLRequest, in the place of a protocol version. */
const SSL_REQUEST = 80877103;

/** The answers of the server: handed on as they come, or kept together up to ReadyForQuery for a statement. */
function createAnswers(upstream: Socket, client: Socket) {
  let waiting: ({ readonly parts: Buffer[] } & PromiseWithResolvers<Buffer>) | undefined;
  upstream.on('close', () => waiting?.reject(new Error('the server hung up')));
  upstream.on(
    'data',
    framed(1, (bytes) => {
      if (!waiting) return void client.write(bytes);
      waiting.parts.push(bytes);
      if (bytes[0] !== 'Z'.charCodeAt(0)) return;
      const { parts, resolve } = waiting;
      waiting = undefined;
      resolve(Buffer.concat(parts));
    }),
  );
  return {
    to(request: Buffer): Promise<Buffer> {
      const answer = Promise.withResolvers<Buffer>();
      waiting = { ...answer, parts: [] };
      upstream.write(request);
      return answer.promise;
    },
  };
}

/** Cuts a byte stream into messages whose length (four bytes, itself included) stands after `before` bytes. */
function framed(before: number, message: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= before + 4) {
      const length = before + rest.readInt32BE(before);
      if (rest.length < length) return;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      message(bytes);
    }
  };
}

/** The text of a Query or Parse message. */
function textOf(bytes: Buffer): string | undefined {
  const type = String.fromCharCode(bytes[0] ?? 0);
  const body = bytes.subarray(5);
  if (type === 'Q') return stringAt(body, 0);
  return type === 'P' ? stringAt(body, body.indexOf(0) + 1) : undefined;
}

const stringAt = (bytes: Buffer, start: number): string =>
  bytes.toString('utf8', start, bytes.indexOf(0, start));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
