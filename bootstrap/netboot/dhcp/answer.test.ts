import { describe, expect, test } from 'vitest';
import { type BootSource, proxyAnswer } from './answer.ts';
import type { BootClient } from './client.ts';
import { DhcpMessage, DhcpOption, type DhcpPacket, parseDhcp, parseOptions } from './packet.ts';
import {
  armDiscover,
  biosDiscover,
  ipxeDiscover,
  phoneDiscover,
  pi3Discover,
  pi5Discover,
  relayedDiscover,
  uefi32Discover,
  uefiDiscover,
  uefiRequest,
} from './testing/captures.ts';

const ADDRESS = '192.168.77.2';
const source: BootSource = { address: ADDRESS, bootFile: (client, mac) => `${client}/${mac}` };

const asked = (bytes: Buffer): DhcpPacket => {
  const packet = parseDhcp(bytes);
  if (!packet) throw new Error('it was not read');
  return packet;
};
const answerTo = (bytes: Buffer, port: 67 | 4011 = 67) => proxyAnswer(asked(bytes), port, source);

test.each<[BootClient, Buffer]>([
  ['bios', biosDiscover],
  ['uefi-x86_64', uefiDiscover],
  ['uefi-arm64', armDiscover],
  ['ipxe', ipxeDiscover],
  ['raspberry-pi', pi5Discover],
  ['raspberry-pi', pi3Discover],
])('%s is told what to load, and given no address', (client, bytes) => {
  const request = asked(bytes);
  const offer = answerTo(bytes);
  expect(offer).toMatchObject({
    op: 'reply',
    xid: request.xid,
    mac: request.mac,
    yiaddr: '0.0.0.0',
    siaddr: ADDRESS,
    sname: ADDRESS,
    file: `${client}/${request.mac}`,
    broadcast: true,
  });
  expect(offer?.options.get(DhcpOption.messageType)).toEqual(Buffer.of(DhcpMessage.offer));
  expect(offer?.options.get(DhcpOption.serverIdentifier)?.join('.')).toBe(ADDRESS);
  expect(offer?.options.get(DhcpOption.vendorClass)?.toString()).toBe('PXEClient');
  expect(offer?.options.get(DhcpOption.clientUuid)).toEqual(request.options.get(DhcpOption.clientUuid));
  // Neither a lease nor anything that routes or resolves is ever said.
  for (const option of [1, 3, 6, 51, 58, 59]) expect(offer?.options.has(option)).toBe(false);
});

test('a BIOS takes the file of the offer, without looking for boot servers', () => {
  expect(answerTo(biosDiscover)?.options.get(DhcpOption.vendorSpecific)).toEqual(Buffer.of(6, 1, 8));
});

test('UEFI gets no option 43, and asks at 4011 by itself', () => {
  expect(answerTo(uefiDiscover)?.options.has(DhcpOption.vendorSpecific)).toBe(false);
  const acknowledgement = answerTo(uefiRequest, 4011);
  expect(acknowledgement).toMatchObject({
    ciaddr: '192.168.77.100',
    yiaddr: '0.0.0.0',
    broadcast: false,
    file: 'uefi-x86_64/52:54:00:ab:cd:ef',
  });
  expect(acknowledgement?.options.get(DhcpOption.messageType)).toEqual(Buffer.of(DhcpMessage.ack));
});

test('a Raspberry Pi finds its entry in the menu, and the server that it means', () => {
  const vendor = parseOptions(
    answerTo(pi5Discover)?.options.get(DhcpOption.vendorSpecific) ?? Buffer.alloc(0),
  );
  expect(vendor?.get(9)?.toString('latin1')).toBe('\0\0\x11Raspberry Pi Boot');
  expect(vendor?.get(8)).toEqual(Buffer.of(0, 0, 1, 192, 168, 77, 2));
});

describe('nothing is said', () => {
  test.each<[string, Buffer, 67 | 4011]>([
    ['to who only wants an address', phoneDiscover, 67],
    ['to another network, through a relay', relayedDiscover, 67],
    ['to firmware for which nothing is made', uefi32Discover, 67],
    ['to a request for an address: another server is meant', uefiRequest, 67],
    ['to who looks around where only boot servers are asked', biosDiscover, 4011],
  ])('%s', (_, bytes, port) => {
    expect(answerTo(bytes, port)).toBeUndefined();
  });

  test('to a server’s reply, were it one’s own', () => {
    const own = answerTo(biosDiscover);
    expect(own && proxyAnswer(own, 67, source)).toBeUndefined();
  });

  test('where there is nothing to load', () => {
    const empty = { ...source, bootFile: () => undefined };
    expect(proxyAnswer(asked(biosDiscover), 67, empty)).toBeUndefined();
  });
});
