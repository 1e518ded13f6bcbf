import { describe, expect, test } from 'vitest';
import { elapsed, terminalReporter } from './terminal.ts';

test.each([
  [0, '0.0 s'],
  [1260, '1.3 s'],
  [59_900, '59.9 s'],
  [60_000, '1 min 00 s'],
  [754_321, '12 min 34 s'],
])('%i ms is %s', (milliseconds, expected) => {
  expect(elapsed(milliseconds)).toBe(expected);
});

describe('the reporter', () => {
  const write = (isTTY: boolean) => {
    const written: string[] = [];
    const reporter = terminalReporter({ isTTY, write: (text) => written.push(text) });
    reporter.started('Build');
    reporter.progress('Build', 'one');
    reporter.progress('Build', 'two');
    reporter.finished('Build', 'done', 1500);
    return written.join('');
  };

  test('writes a log of whole lines without control characters, and not every change', () => {
    const log = write(false);
    expect(log).toMatch(
      /^\[ +0\.0 s\] Build\n\[ +0\.0 s\] Build: one\n\[ +0\.0 s\] Build: done \(1\.5 s\)\n$/,
    );
  });

  test('rewrites one line on a terminal', () => {
    expect(write(true)).toMatch(/Build: two .*✓ Build 1\.5 s\n$/s);
  });
});
