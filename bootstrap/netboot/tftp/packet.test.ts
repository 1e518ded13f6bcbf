import { describe, expect, test } from 'vitest';
import { encodeData, encodeError, encodeOptionAck, parseReply, parseRequest } from './packet.ts';

const request = (opcode: number, ...words: string[]) =>
  Buffer.concat([Buffer.of(0, opcode), Buffer.from(words.map((word) => `${word}\0`).join(''))]);

test.each([
  ['a plain request', request(1, 'ipxe.efi', 'octet'), { name: 'ipxe.efi', size: false }],
  [
    'what EDK II asks first',
    request(1, 'ipxe/ipxe.efi', 'octet', 'tsize', '0', 'blksize', '1468'),
    { name: 'ipxe/ipxe.efi', size: true, blockSize: 1468 },
  ],
  [
    'names in any case, and a timeout',
    request(1, 'a', 'OCTET', 'BlkSize', '1024', 'timeout', '3'),
    { name: 'a', size: false, blockSize: 1024, timeout: 3 },
  ],
  [
    'options out of bounds, or unknown, are passed over',
    request(1, 'a', 'octet', 'blksize', '7', 'timeout', '11', 'windowsize', '16'),
    { name: 'a', size: false },
  ],
])('is read: %s', (_, bytes, expected) => {
  expect(parseRequest(bytes)).toEqual({ kind: 'read', ...expected });
});

test.each([
  ['to write', request(2, 'ipxe.efi', 'octet'), 2],
  ['as text, which would change it', request(1, 'ipxe.efi', 'netascii'), 4],
  ['by mail', request(1, 'root', 'mail'), 4],
  ['without an end', Buffer.concat([request(1, 'a', 'octet'), Buffer.from('x')]), 4],
])('is refused: %s', (_, bytes, code) => {
  const refusal = parseRequest(bytes);
  expect(refusal).toMatchObject({ kind: 'refused' });
  expect(refusal?.kind === 'refused' && refusal.error.readUInt16BE(2)).toBe(code);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['an acknowledgement', Buffer.of(0, 4, 0, 1)],
  ['no TFTP', Buffer.from('GET / HTTP/1.1\r\n')],
])('says nothing to %s', (_, bytes) => {
  expect(parseRequest(bytes)).toBeUndefined();
});

describe('in a transfer', () => {
  test('replies are read', () => {
    expect(parseReply(Buffer.of(0, 4, 0x12, 0x34))).toEqual({ kind: 'ack', block: 0x1234 });
    expect(parseReply(encodeError(8, 'no such option'))).toEqual({
      kind: 'error',
      message: 'no such option',
    });
    expect(parseReply(Buffer.of(0, 4, 1))).toBeUndefined();
    expect(parseReply(request(1, 'a', 'octet'))).toBeUndefined();
  });

  test('packets are as RFC 1350 and 2347 draw them', () => {
    expect(encodeData(1, Buffer.from('ab'))).toEqual(Buffer.from('000300016162', 'hex'));
    expect(encodeData(65_536, Buffer.alloc(0))).toEqual(Buffer.from('00030000', 'hex'));
    expect(encodeOptionAck({ blksize: 1468, tsize: 7 }).toString('latin1')).toBe(
      '\0\x06blksize\x001468\0tsize\x007\0',
    );
  });
});
