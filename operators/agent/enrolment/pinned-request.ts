import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';

/** NIO shows another key than the one that this machine knows it by. */
export class AnotherKey extends Error {
  constructor(host: string, expected: string, found: string) {
    super(
      `${host} is not the NIO that this machine knows: its key is ${found}, not ${expected}. If NIO has really got a ` +
        'new key, remove the file nio-key from the agent’s state folder; otherwise somebody is in between',
    );
    this.name = 'AnotherKey';
  }
}

/** NIO answered, and refused. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

/** An answer, and by which key it came. */
export interface PinnedAnswer {
  readonly status: number;
  readonly body: unknown;
  /** SHA-256 of the server's SubjectPublicKeyInfo, in base64. */
  readonly serverKey: string;
}

/** Milliseconds for one request, and bytes of its answer. */
const TIMEOUT = 20_000;
const LONGEST = 256 * 1024;

/**
 * One request to NIO. Who it is, its key says, and neither a name nor a date: this machine may have no right time, and
 * the certificate has no authority. The key is looked at before a byte of the request is sent.
 * @throws AnotherKey, or what went wrong on the way.
 */
export async function pinnedRequest(
  url: URL,
  {
    method,
    body,
    pin,
  }: { readonly method: 'GET' | 'POST'; readonly body?: object; readonly pin: string | undefined },
): Promise<PinnedAnswer> {
  const socket = await handshake(url);
  try {
    const serverKey = keyOf(socket);
    if (pin !== undefined && pin !== serverKey) throw new AnotherKey(url.host, pin, serverKey);
    return { ...(await ask(socket, url, method, body)), serverKey };
  } finally {
    socket.destroy();
  }
}

function handshake(url: URL): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({
      host,
      port: Number(url.port || 443),
      minVersion: 'TLSv1.3',
      // The pin is what is checked, by whoever called.
      rejectUnauthorized: false,
      timeout: TIMEOUT,
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('timeout', () => socket.destroy(new Error(`${url.host} does not answer`)));
    socket.once('error', reject);
  });
}

function keyOf(socket: TLSSocket): string {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) throw new Error('the server shows no certificate');
  const info = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(info).digest('base64');
}

function ask(socket: TLSSocket, url: URL, method: string, body: object | undefined) {
  return new Promise<{ readonly status: number; readonly body: unknown }>((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = httpRequest({
      createConnection: () => socket,
      method,
      path: url.pathname,
      timeout: TIMEOUT,
      headers: {
        host: url.host,
        accept: 'application/json',
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    request.once('timeout', () => request.destroy(new Error(`${url.host} does not answer`)));
    request.once('error', reject);
    request.once('response', (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        answer += chunk;
        if (answer.length > LONGEST) request.destroy(new Error(`${url.host} does not come to an end`));
      });
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: answer === '' ? undefined : JSON.parse(answer) });
        } catch (error) {
          reject(
            new Error(`${url.host} answers ${response.statusCode} with what is no JSON`, { cause: error }),
          );
        }
      });
    });
    request.end(text);
  });
}
