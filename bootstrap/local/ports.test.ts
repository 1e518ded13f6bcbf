import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { choosePorts, holderOf, isFree, listeningInodes, settlePorts } from './ports.ts';

const freeBut =
  (...taken: number[]) =>
  async (port: number) =>
    !taken.includes(port);

describe('choosePorts', () => {
  test.each([
    ['what is preferred', {}, [], { api: 6443, https: 443 }],
    ['the same as before', { api: 7000 }, [], { api: 7000, https: 443 }],
    ['the preferred one when that of before is taken', { api: 7000 }, [7000], { api: 6443, https: 443 }],
    ['the next when the preferred one is taken', {}, [6443], { api: 6444, https: 443 }],
    ['8443 in place of 443', {}, [443], { api: 6443, https: 8443 }],
  ])('gives %s', async (_, before, taken, expected) => {
    expect(await choosePorts({ api: 6443, https: 443 }, before, freeBut(...taken))).toEqual(expected);
  });

  test('gives no port twice', async () => {
    expect(await choosePorts({ a: 100, b: 100 }, {}, freeBut())).toEqual({ a: 100, b: 8100 });
  });
});

test('a port that somebody listens on is not free, and its holder is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(await isFree(port)).toBe(false);
  expect(holderOf(port)).toContain(`pid ${process.pid}`);
  await new Promise((resolve) => server.close(resolve));
  expect(await isFree(port)).toBe(true);
  expect(holderOf(port)).toBeUndefined();
});

test('reads the listening sockets, not the connected ones', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 372757 2 0 100 0 0 10 0
   1: 0100007F:01BB 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 372758 2 0 100 0 0 10 0
`;
  expect(listeningInodes(table, 443)).toEqual(['372757']);
  expect(listeningInodes(table, 80)).toEqual([]);
});

test('ports of a cluster that runs stay as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-ports-'));
  const file = join(folder, 'ports.json');
  const first = await settlePorts(file, { https: 20_443 }, false);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(first.https, '127.0.0.1', resolve));
  expect(await settlePorts(file, { https: 20_443 }, true)).toEqual(first);
  expect((await settlePorts(file, { https: 20_443 }, false)).https).not.toBe(first.https);
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
