import { describe, expect, test } from 'vitest';
import { discovered, nioFor } from './nio.ts';

const key = `${'A'.repeat(43)}=`;
const other = `${'B'.repeat(43)}=`;
const [home, stranger] = [
  { url: 'https://nio:8443', key },
  { url: 'https://evil:8443', key: other },
];

describe('which of those that say that they were NIO', () => {
  test('the only one, where nothing better is known, and not its word for its key', () => {
    expect(discovered([stranger], undefined)).toEqual({ url: stranger.url });
  });

  test('the one with the key of the home', () => {
    expect(discovered([stranger, home], key)).toEqual(home);
  });

  test.each([
    [
      'several',
      [home, stranger],
      undefined,
      'Several say that they were NIO (https://nio:8443, https://evil:8443)',
    ],
    ['a stranger alone', [stranger], key, 'with the key of this home: say it by --nio'],
    ['nobody', [], undefined, 'Nobody on this network says where NIO is: say it'],
  ])('is asked for, when there is: %s', (_, found, known, sentence) => {
    expect(() => discovered(found, known)).toThrow(sentence);
  });
});

describe('what was said about NIO', () => {
  test('is taken as it is, and its key also in hexadecimal, as NIO’s log has it', async () => {
    expect(await nioFor({ nio: home.url, nioKey: key }, undefined)).toEqual({
      nio: home,
      isAnnounced: false,
    });
    expect(await nioFor({ nio: home.url, nioKey: '0'.repeat(64) }, undefined)).toMatchObject({ nio: home });
  });

  test('is asked of the home where nobody says it', async () => {
    const answers = new Map([
      ['secret', ''],
      ['service', JSON.stringify({ spec: { ports: [{ port: 8443, nodePort: 30443 }] } })],
      [
        'nodes',
        JSON.stringify({ items: [{ status: { addresses: [{ type: 'InternalIP', address: '10.0.0.5' }] } }] }),
      ],
    ]);
    const kubectl = async (args: readonly string[]) => answers.get(args[1] ?? '') ?? '';
    expect(await nioFor({}, kubectl)).toEqual({ nio: { url: 'https://10.0.0.5:30443' }, isAnnounced: false });
  });

  test.each([
    [{ nio: 'http://nio' }, '--nio must be the address of NIO'],
    [{ nio: 'https://nio/path' }, '--nio must be the address of NIO'],
    [{ nio: home.url, nioKey: 'abc' }, '--nio-key must be the SHA-256'],
  ])('is refused: %o', async (options, sentence) => {
    await expect(nioFor(options, undefined)).rejects.toThrow(sentence);
  });
});
