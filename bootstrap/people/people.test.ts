import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askIdentity } from './identity-admin.ts';
import { deviceLines, devicesOf, revokeDevice } from './people.ts';

const added = '2026-03-01T12:00:00.000Z';
const phone = { id: 'one', name: 'iPhone', added, lastUsed: added };
const other = { id: 'two', name: 'iPhone', added };
const key = { id: 'three', name: 'The key in the drawer', added };

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (answer === undefined) return;
  response.writeHead(request.method === 'DELETE' ? 204 : 200).end(JSON.stringify(answer));
});
let answer: unknown;

/** An admin API that answers so; with nothing to answer, it does not. */
async function identity(next: unknown, patience?: number) {
  answer = next;
  asked.length = 0;
  if (!server.listening) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return askIdentity(async () => `http://127.0.0.1:${port}`, 'token', patience);
}
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('devices of one name are told apart by their ids, others need none', () => {
  expect(deviceLines([phone, other, key])).toEqual([
    `iPhone: ${added}, id one`,
    'iPhone: never used, id two',
    'The key in the drawer: never used',
  ]);
});

test('of two devices of one name, one is taken away by its id', async () => {
  const admin = { ...(await identity({ devices: [phone, other] })), close: async () => {} };
  await expect(revokeDevice(admin, 'mila', 'iPhone')).rejects.toThrow('several devices called iPhone');
  await revokeDevice(admin, 'mila', 'two');
  expect(asked.at(-1)).toBe('DELETE /admin/v1/users/mila/devices/two');
});

test('an answer that is none is not believed', async () => {
  const admin = { ...(await identity({ devices: [{ id: 'one' }] })), close: async () => {} };
  await expect(devicesOf(admin, 'mila')).rejects.toThrow('otherwise than this kiko understands');
});

test('an identity that does not answer is not waited for without end', async () => {
  const admin = { ...(await identity(undefined, 100)), close: async () => {} };
  await expect(devicesOf(admin, 'mila')).rejects.toThrow('identity does not answer');
});
