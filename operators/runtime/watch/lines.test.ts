import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from './lines.ts';

test('lines come out whole, however the stream is cut', () => {
  // Characters of one byte to four: every one may be cut in its middle.
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\r', 'é', '\u2028', '€', '😀'), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 20 }),
      fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const out: string[] = [];
        const feed = splitLines((line) => out.push(line));
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = 1 + (cuts[n % cuts.length] ?? 0);
          feed(bytes.subarray(at, at + size));
          at += size;
        }
        expect(out).toEqual(lines.filter((line) => line !== '').map((line) => Buffer.from(line).toString()));
      },
    ),
  );
});

test('what is cut off before its end is no line', () => {
  const out: string[] = [];
  const feed = splitLines((line) => out.push(line));
  feed(Buffer.from('{"a":1}\n{"b":'));
  expect(out).toEqual(['{"a":1}']);
});
