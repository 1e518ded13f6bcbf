import { expect, test } from 'vitest';
import { summary, tally } from './tally.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test.each([
  ['all passed', [file('passed', 'passed', 'passed')], '2 passed, 0 failed'],
  ['one failed', [file('failed', 'passed', 'failed'), file('passed', 'passed')], '2 passed, 1 failed'],
  ['a file could not be loaded', [file('failed'), file('passed', 'passed')], '1 passed, 1 failed'],
  ['a hook failed after the tests', [file('failed', 'passed')], '1 passed, 1 failed'],
  ['nothing ran', [], '0 passed, 0 failed'],
])('%s', (_, testResults, expected) => {
  expect(summary(tally({ testResults }))).toBe(expected);
});
