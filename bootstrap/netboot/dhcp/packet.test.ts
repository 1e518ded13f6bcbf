import { describe, expect, test } from 'vitest';
import { DhcpOption, type DhcpPacket, encodeDhcp, parseDhcp } from './packet.ts';
import { biosDiscover, ipxeDiscover, pi5Discover, relayedDiscover, uefiRequest } from './testing/captures.ts';

const parsed = (bytes: Buffer): DhcpPacket => {
  const packet = parseDhcp(bytes);
  if (!packet) throw new Error('it was not read');
  return packet;
};

describe('a message of a client', () => {
  test('is read field by field', () => {
    const packet = parsed(biosDiscover);
    expect(packet).toMatchObject({
      op: 'request',
      xid: 0x1a2b3c4d,
      secs: 4,
      broadcast: true,
      ciaddr: '0.0.0.0',
      mac: '52:54:00:12:34:56',
    });
    expect(packet.options.get(DhcpOption.architecture)).toEqual(Buffer.of(0, 0));
    expect(packet.options.get(DhcpOption.clientUuid)).toHaveLength(17);
    expect(parsed(uefiRequest).ciaddr).toBe('192.168.77.100');
    expect(parsed(relayedDiscover).giaddr).toBe('10.0.0.1');
  });

  test('has padding between its options, and ends before what is behind them', () => {
    expect(parsed(ipxeDiscover).options.get(175)).toHaveLength(0x27);
    const trailing = Buffer.concat([pi5Discover, Buffer.from('350105', 'hex')]);
    expect(parsed(trailing).options.get(DhcpOption.messageType)).toEqual(Buffer.of(1));
  });

  test('has an option in parts (RFC 3396)', () => {
    const parts = Buffer.concat([
      biosDiscover.subarray(0, 240),
      Buffer.from('3501014d0169 4d0350584 5ff'.replaceAll(' ', ''), 'hex'),
    ]);
    expect(parsed(parts).options.get(DhcpOption.userClass)?.toString()).toBe('iPXE');
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['cut off in its header', biosDiscover.subarray(0, 239)],
  ['cut off in an option', biosDiscover.subarray(0, 245)],
  ['without the cookie', Buffer.concat([biosDiscover.subarray(0, 236), Buffer.alloc(64)])],
  ['not from Ethernet', Buffer.concat([Buffer.of(1, 32, 0), biosDiscover.subarray(3)])],
  ['neither request nor reply', Buffer.concat([Buffer.of(3), biosDiscover.subarray(1)])],
])('what is no message is not read: %s', (_, bytes) => {
  expect(parseDhcp(bytes)).toBeUndefined();
});

test('no bytes that come in can do more than not be read', () => {
  for (let at = 0; at < biosDiscover.length; at++)
    for (const value of [0, 1, 127, 255]) {
      const broken = Buffer.from(biosDiscover);
      broken[at] = value;
      expect(() => parseDhcp(broken)).not.toThrow();
    }
});

describe('a message that is sent', () => {
  const reply: DhcpPacket = {
    op: 'reply',
    xid: 0xfedcba98,
    secs: 0,
    broadcast: true,
    ciaddr: '0.0.0.0',
    yiaddr: '0.0.0.0',
    siaddr: '192.168.77.2',
    giaddr: '0.0.0.0',
    mac: '52:54:00:12:34:56',
    sname: '192.168.77.2',
    file: 'ipxe/undionly.kpxe',
    options: new Map([[DhcpOption.messageType, Buffer.of(2)]]),
  };

  test('is what is read from it', () => {
    expect(parseDhcp(encodeDhcp(reply))).toEqual(reply);
  });

  test('is as long as the oldest clients need it', () => {
    expect(encodeDhcp(reply)).toHaveLength(300);
  });

  test('has no name that would run into the next field', () => {
    expect(() => encodeDhcp({ ...reply, file: 'x'.repeat(128) })).toThrow(RangeError);
    expect(() => encodeDhcp({ ...reply, sname: 'x'.repeat(64) })).toThrow(RangeError);
    expect(() => encodeDhcp({ ...reply, options: new Map([[43, Buffer.alloc(256)]]) })).toThrow(RangeError);
  });
});
