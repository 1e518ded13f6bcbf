import { expect, test } from 'vitest';
import type { LogPart } from './audit.ts';
import { ProofError } from './checkpoint.ts';
import { formatPart, parsePart } from './part-line.ts';

const hash = (byte: number) => new Uint8Array(32).fill(byte);

test.each<LogPart>([
  { part: 'event', seq: 7, text: '{"seq":7,"name":"ä\\n"}', hash: hash(255) },
  { part: 'pruned', first: 1, leaves: [hash(0), hash(1)], kept: [{ seq: 2, text: '{"seq":2}' }] },
  { part: 'seal', first: 1, last: 2, root: hash(3), hash: hash(4) },
  { part: 'damage', problem: 'a cursor was changed' },
])('a part goes over the wire in one line and comes back as it was: $part', (part) => {
  const line = formatPart(part);
  expect(line).not.toContain('\n');
  expect(parsePart(line)).toEqual(part);
});

test.each([
  '',
  '{',
  '{"part":"other"}',
  '{"part":"event","seq":1,"text":"","hash":"AA"}',
  '{"part":"event","seq":1.5,"text":"","hash":"AA=="}',
  '{"part":"event","seq":1,"text":""}',
])('what is none is refused: %s', (line) => {
  expect(() => parsePart(line)).toThrow(ProofError);
});
