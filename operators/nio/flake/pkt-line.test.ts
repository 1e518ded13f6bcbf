import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPackets, writePackets } from './pkt-line.ts';

describe('pkt-line', () => {
  it('reads the example of git’s own documentation', () => {
    expect(readPackets(Buffer.from('0006a\n0005a000bfoobar\n0004'))).toEqual([
      { line: 'a' },
      { line: 'a' },
      { line: 'foobar' },
      { line: '' },
    ]);
  });

  it('reads marks', () => {
    expect(readPackets(Buffer.from('000000010002'))).toEqual([
      { mark: 'flush' },
      { mark: 'delimiter' },
      { mark: 'end' },
    ]);
  });

  it('reads what it wrote', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 200 })
      .filter((text) => !/\n|^(flush|delimiter|end)$/.test(text));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(readPackets(Buffer.from(writePackets(lines)))).toEqual(lines.map((each) => ({ line: each })));
      }),
    );
  });

  it.each(['<html>', '0003', '000', '0010short', 'zzzz', '-001'])('refuses %s', (text) => {
    expect(() => readPackets(Buffer.from(text))).toThrow(SyntaxError);
  });
});
