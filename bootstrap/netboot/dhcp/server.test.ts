import { createSocket, type Socket } from 'node:dgram';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BootSource } from './answer.ts';
import { DhcpOption, parseDhcp } from './packet.ts';
import { serveProxyDhcp } from './server.ts';
import { biosDiscover, uefiRequest } from './testing/captures.ts';

const source: BootSource = { address: '192.168.77.2', bootFile: (client) => client };
const from = { address: '127.0.0.1', family: 'IPv4', port: 68, size: 0 } as const;
const lines: string[] = [];
let sent: Buffer[];
let discovery: Socket;
let bootService: Socket;

/** A socket that is told what came in, and keeps what goes out: no network has to lose any of it. */
function quiet(): Socket {
  const socket = createSocket('udp4');
  socket.setBroadcast = () => undefined;
  socket.send = (packet: unknown) => void sent.push(packet as Buffer);
  return socket;
}

beforeEach(() => {
  [sent, lines.length] = [[], 0];
  [discovery, bootService] = [quiet(), quiet()];
  serveProxyDhcp({ discovery, bootService, source, log: (line) => void lines.push(line) });
});
afterEach(() => {
  discovery.close();
  bootService.close();
});

/** The same message with options before its own. */
const withOptions = (message: Buffer, ...options: readonly Uint8Array[]) =>
  Buffer.concat([message.subarray(0, 240), ...options, message.subarray(240)]);

test('a UUID that is none, longer than an option may be, is not given back', () => {
  const part = Buffer.concat([Buffer.of(DhcpOption.clientUuid, 200), Buffer.alloc(200, 7)]);
  discovery.emit('message', withOptions(biosDiscover, part, part), from);
  expect(sent).toHaveLength(1);
  expect(parseDhcp(sent[0] ?? Buffer.alloc(0))?.options.has(DhcpOption.clientUuid)).toBe(false);
});

test('no packet ends what others are served', () => {
  const packets = fc.oneof(
    fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ maxLength: 600 }).map((bytes) => withOptions(biosDiscover, bytes)),
    fc.uint8Array({ maxLength: 600 }).map((bytes) => withOptions(uefiRequest, bytes)),
  );
  fc.assert(
    fc.property(packets, (packet) => {
      for (const socket of [discovery, bootService]) socket.emit('message', packet, from);
    }),
    { numRuns: 3000 },
  );
  sent = [];
  discovery.emit('message', biosDiscover, from);
  expect(sent).toHaveLength(1);
});

test('what can’t be answered is said, and passed over', () => {
  serveProxyDhcp({
    discovery,
    bootService,
    source: { ...source, bootFile: () => 'x'.repeat(500) },
    log: (line) => void lines.push(line),
  });
  discovery.emit('message', biosDiscover, from);
  expect(lines.at(-1)).toContain('A packet of 127.0.0.1 could not be answered: RangeError');
});
