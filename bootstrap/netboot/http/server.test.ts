import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openText } from '../files.ts';
import { bootServer } from './server.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

async function site(): Promise<
  (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>
> {
  const names = new Map([['x86_64/kernel', '0123456789']]);
  const server = bootServer({
    files: {
      open: async (name) => {
        const text = names.get(name);
        return text === undefined ? undefined : openText(text);
      },
    },
    script: (mac) => `#!ipxe\necho ${mac}\n`,
    log: () => undefined,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  // Not fetch: it would put `..` in order before it is sent.
  return (path, headers = {}, method = 'GET') =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
        response.setEncoding('utf8');
        let body = '';
        response.on('data', (part: string) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      });
      asked.on('error', reject).end();
    });
}

describe('the boot server', () => {
  test('gives each machine its script, however its address is written', async () => {
    const ask = await site();
    for (const path of [
      '/ipxe/52:54:00:AB:cd:ef',
      '/ipxe/52%3A54%3A00%3Aab%3Acd%3Aef',
      '/ipxe/52-54-00-ab-cd-ef',
    ])
      expect(await ask(path)).toMatchObject({ status: 200, body: '#!ipxe\necho 52:54:00:ab:cd:ef\n' });
  });

  test('gives images, whole and in parts', async () => {
    const ask = await site();
    const path = '/images/x86_64/kernel';
    expect(await ask(path)).toMatchObject({
      status: 200,
      body: '0123456789',
      headers: { 'content-length': '10', 'accept-ranges': 'bytes' },
    });
    expect(await ask(path, { range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      body: '234',
      headers: { 'content-range': 'bytes 2-4/10' },
    });
    expect(await ask(path, { range: 'bytes=10-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */10' },
    });
    expect(await ask(path, {}, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '10' },
    });
  });

  test.each([
    '/',
    '/ipxe/',
    '/ipxe/52:54:00:12:34:56/x',
    '/images/',
    '/images/x86_64/initrd',
    '/images/../images/x86_64/kernel',
    '/images/x86_64/../x86_64/kernel',
    '/images//etc/passwd',
    '/images/%2e%2e/%2e%2e/etc/passwd',
    '/images/..%2f..%2fetc%2fpasswd',
    '/images/%00',
    '/images/%zz',
  ])('has nothing at %s', async (path) => {
    const ask = await site();
    expect((await ask(path)).status).toBe(404);
  });

  test('takes nothing', async () => {
    const ask = await site();
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await ask('/images/x86_64/kernel', {}, method)).status).toBe(405);
  });
});
