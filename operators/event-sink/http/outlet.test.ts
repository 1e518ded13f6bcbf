import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@hearth/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { createOutlet } from './outlet.ts';

/** An answer to somebody who reads nothing until they are told to. */
async function unread(): Promise<{ readonly raw: ServerResponse; readonly read: () => void }> {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => resolve(response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1' });
  const answered = new Promise<() => void>((begin) => {
    request.on('response', (answer) => {
      answer.pause();
      answer.on('error', () => undefined);
      begin(() => answer.resume());
    });
  });
  request.on('error', () => undefined);
  onTestFinished(() => {
    request.destroy();
    server.closeAllConnections();
    server.close();
  });
  const raw = await promise;
  raw.write('begin');
  return { raw, read: await answered };
}

/** More than all buffers on the way hold. */
const much = 'x'.repeat(32 * 2 ** 20);

test('waits for who reads slowly', async () => {
  const { raw, read } = await unread();
  const outlet = createOutlet(raw, systemClock, 20_000);
  const written = outlet.write(much);
  read();
  await written;
  await outlet.write('more');
  expect(raw.destroyed).toBe(false);
});

test('cuts off who does not read', async () => {
  const { raw } = await unread();
  const outlet = createOutlet(raw, systemClock, 100);
  await expect(outlet.write(much)).rejects.toThrow('too slow');
  expect(raw.destroyed).toBe(true);
  await expect(outlet.write('more')).rejects.toThrow('gone');
});
