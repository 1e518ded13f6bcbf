import { expect, test } from 'vitest';
import { XSD } from '../vocabulary/namespaces.ts';
import { dateTime, literal } from './literal.ts';

test.each([
  ['a text', 'string', 'a text'],
  ['', 'string', ''],
  [true, 'boolean', 'true'],
  [30, 'integer', '30'],
  [-0, 'integer', '0'],
  [1e21, 'integer', '1000000000000000000000'],
  [0.5, 'decimal', '0.5'],
  [-12.25, 'decimal', '-12.25'],
  [1.5e-7, 'decimal', '0.00000015'],
  [1e-30, 'integer', '0'],
] as const)('%j is an %s %j', (value, datatype, form) => {
  expect(literal(value)).toEqual({ type: 'literal', value: form, datatype: XSD + datatype });
});

test.each([
  ['2026-01-02T03:04:05Z', 'dateTime', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05.000000Z', 'dateTime', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05.120Z', 'dateTime', '2026-01-02T03:04:05.12Z'],
  ['2026-13-02T03:04:05Z', 'string', '2026-13-02T03:04:05Z'],
  ['yesterday', 'string', 'yesterday'],
] as const)('%s is a %s', (value, datatype, form) => {
  expect(dateTime(value)).toEqual({ type: 'literal', value: form, datatype: XSD + datatype });
});
