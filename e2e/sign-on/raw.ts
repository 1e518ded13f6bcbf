import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:tls';
import type { World } from './world.ts';

/** An answer, as far as these tests look at it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

const to = ({ port, ca }: World, servername: string) => ({ host: '127.0.0.1', port, ca, servername });

/** Sends a request over HTTP/1.1 exactly as it stands; resolves with the head of the answer. */
export function sendRaw(world: World, host: string, lines: readonly string[]): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const socket = connect({ ...to(world, host), ALPNProtocols: ['http/1.1'] }, () => {
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
  let received = '';
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
  socket.on('error', reject);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (!received.includes('\r\n\r\n')) return;
    const [first = '', ...rest] = (received.split('\r\n\r\n')[0] ?? '').split('\r\n');
    const headers = new Map<string, string[]>();
    for (const line of rest) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()]);
    }
    resolve({ status: Number(first.split(' ')[1]), headers });
    socket.destroy();
  });
  return promise;
}

/** Sends a request over HTTP/2, as browsers do; resolves with the status. */
export function sendHttp2(
  world: World,
  host: string,
  path: string,
  headers: Readonly<Record<string, string | string[]>>,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const session = connectHttp2(`https://${host}:${world.port}`, to(world, host));
  session.on('error', reject);
  const request = session.request({ ':path': path, ...headers });
  request.on('response', (answer) => {
    resolve(Number(answer[':status']));
    session.destroy();
  });
  request.on('error', reject);
  request.end();
  return promise;
}
