import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serveTftp } from './server.ts';

const lines: string[] = [];
let opened: number;
let closing: (() => void)[];
let ask: (address: string, port?: number) => void;

/** Nothing goes out: whoever asks is never heard again. */
function quietSocket() {
  const socket = createSocket('udp4');
  socket.send = (...args: unknown[]) => {
    if (args[1] === 0) throw new RangeError('port 0');
    const done = args.at(-1);
    if (typeof done === 'function') done(null, 0);
  };
  closing.push(() => socket.close());
  return socket;
}

beforeEach(() => {
  [opened, closing, lines.length] = [0, [], 0];
  const socket = quietSocket();
  const ending = new AbortController();
  closing.push(() => ending.abort());
  const file = { size: 9, read: async () => new Uint8Array(9), close: async () => undefined };
  serveTftp({
    socket,
    transferSocket: async () => {
      opened++;
      const own = createSocket('udp4');
      own.send = quietSocket().send;
      return own;
    },
    files: { open: async () => file },
    log: (line) => void lines.push(line),
    signal: ending.signal,
  });
  const request = Buffer.from('\0\x01a\0octet\0', 'latin1');
  ask = (address, port = 2000) => void socket.emit('message', request, { address, port });
});
afterEach(() => {
  for (const close of closing) close();
});

test('no address has all the room, and each gets it back', async () => {
  for (let at = 0; at < 200; at++) ask('10.0.0.1');
  ask('10.0.0.2');
  await vi.waitFor(() => expect(opened).toBe(9));
  // Nobody answered: three packets, a second apart, and the room is free.
  await vi.waitFor(
    () => {
      ask('10.0.0.1');
      expect(opened).toBeGreaterThan(9);
    },
    { timeout: 8000, interval: 500 },
  );
});

test('that there is no room is said once', async () => {
  for (let at = 0; at < 50; at++) for (let again = 0; again < 8; again++) ask(`10.0.1.${at}`);
  await vi.waitFor(() => expect(opened).toBe(128));
  expect(lines.filter((line) => line.includes('nobody else can'))).toHaveLength(1);
});

test('who could not be answered is passed over', () => {
  expect(() => ask('10.0.0.1', 0)).not.toThrow();
  expect(opened).toBe(0);
});
