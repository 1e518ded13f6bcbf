import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Stalled } from '@hearth/runtime';
import { afterEach, expect, test } from 'vitest';
import type { PemPair } from '../../certificate/pair.ts';
import { makeAuthority } from '../../certificate/sign.ts';
import { openSession } from './session.ts';

const pair = await makeAuthority('home.arpa', new Date());
const password = 'correct-horse';

let server: Server | undefined;
afterEach(() => void server?.close());

/** What was heard of one client, in the order in which it came. */
interface Heard {
  readonly over: ('plain' | 'tls')[];
  readonly bytes: Buffer[];
}

/** AuthenticationCleartextPassword (PostgreSQL, chapter 55.7). */
const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const isTlsRequest = (data: Buffer) => data.length === 8 && data.readInt32BE(4) === 80877103;

/** Speaks as much of PostgreSQL as a server needs that asks for a password; with a certificate, over TLS. */
async function listen(certificate?: PemPair): Promise<{ readonly port: number; readonly heard: Heard }> {
  const heard: Heard = { over: [], bytes: [] };
  const serve = (socket: Socket, over: 'plain' | 'tls') => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      heard.bytes.push(data);
      if (heard.over.at(-1) === over) return;
      heard.over.push(over);
      socket.write(askForPassword);
    });
  };
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data: Buffer) => {
      if (!isTlsRequest(data)) {
        serve(socket, 'plain');
        socket.emit('data', data);
      } else if (certificate === undefined) socket.write('N');
      else {
        socket.write('S');
        const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key });
        serve(new TLSSocket(socket, { isServer: true, secureContext }), 'tls');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, heard };
}

const open = (port: number, tlsName: string | undefined) =>
  openSession(
    { host: '127.0.0.1', port, database: 'd', username: 'u', password, ...(tlsName && { tlsName }) },
    AbortSignal.timeout(10_000),
  );

test.each([
  ['in the cluster', undefined, undefined, ['plain']],
  ['outside, where it has no TLS', 'nas.home.arpa', undefined, ['plain']],
  ['outside, where it has TLS', 'nas.home.arpa', pair, ['tls']],
  ['outside, known by its address', '192.168.1.7', pair, ['tls']],
])('a server %s is sent no password, though it asks for one', async (_, tlsName, certificate, over) => {
  const { port, heard } = await listen(certificate);
  const failed = await open(port, tlsName).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Stalled);
  expect(failed).toMatchObject({
    reason: 'CleartextPassword',
    message: expect.stringContaining('scram-sha-256'),
  });
  expect(heard.over).toEqual(over);
  expect(Buffer.concat(heard.bytes).toString()).toContain('hearth');
  expect(Buffer.concat(heard.bytes).toString()).not.toContain(password);
});
