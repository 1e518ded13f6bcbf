import { describe, expect, test } from 'vitest';
import { isAsked, nioAddresses, nioRecords } from './records.ts';

const key = `${'A'.repeat(43)}=`;
const nio = { url: 'https://nio.hearth.home.arpa:8443', key };

describe('what is announced', () => {
  test('is the service, its instance, and where that is', () => {
    expect(nioRecords(nio, 'kitchen')).toEqual([
      { type: 'PTR', name: '_services._dns-sd._udp.local', ttl: 4500, data: '_hearth._tcp.local' },
      { type: 'PTR', name: '_hearth._tcp.local', ttl: 4500, data: 'kitchen._hearth._tcp.local' },
      {
        type: 'SRV',
        name: 'kitchen._hearth._tcp.local',
        ttl: 120,
        data: { port: 8443, target: 'nio.hearth.home.arpa' },
      },
      {
        type: 'TXT',
        name: 'kitchen._hearth._tcp.local',
        ttl: 4500,
        data: ['txtvers=1', `nio=${nio.url}`, `key=${key}`],
      },
    ]);
  });

  test('has a name for an address, which SRV needs', () => {
    const records = nioRecords({ url: 'https://192.168.1.5' }, 'kitchen');
    expect(records).toContainEqual({ type: 'A', name: 'kitchen-nio.local', ttl: 120, data: '192.168.1.5' });
    expect(records).toContainEqual(
      expect.objectContaining({ type: 'SRV', data: { port: 443, target: 'kitchen-nio.local' } }),
    );
  });

  test('holds for no longer once it is taken back', () => {
    expect(nioRecords(nio, 'kitchen', true).every(({ ttl }) => ttl === 0)).toBe(true);
    expect(nioAddresses(nioRecords(nio, 'kitchen', true))).toEqual([]);
  });
});

test.each([
  ['_hearth._tcp.local', 'PTR', true],
  ['_HEARTH._TCP.Local', 'PTR', true],
  ['kitchen._hearth._tcp.local', 'ANY', true],
  ['_hearth._tcp.local', 'A', false],
  ['_http._tcp.local', 'PTR', false],
])('a question about %s %s is answered: %s', (name, type, expected) => {
  expect(isAsked(nioRecords(nio, 'kitchen'), { name, type })).toBe(expected);
});

describe('what is heard', () => {
  const txt = (name: string, data: unknown) => ({ type: 'TXT', name, ttl: 120, data });

  test('is each address once, also as bytes', () => {
    const strings = [Buffer.from(`nio=${nio.url}`), Buffer.from(`key=${key}`)];
    const twice = [txt('a._hearth._tcp.local', strings), txt('b._hearth._tcp.local', strings)];
    expect(nioAddresses(twice)).toEqual([nio]);
  });

  test.each([
    ['another service', txt('a._http._tcp.local', [`nio=${nio.url}`])],
    ['no address', txt('a._hearth._tcp.local', ['nio=file:///etc/passwd'])],
    ['another type', { type: 'PTR', name: 'a._hearth._tcp.local', data: `nio=${nio.url}` }],
    ['nothing', txt('a._hearth._tcp.local', undefined)],
  ])('is no address: %s', (_, record) => {
    expect(nioAddresses([record])).toEqual([]);
  });
});
