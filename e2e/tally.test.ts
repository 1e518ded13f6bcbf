import { expect, test } from 'vitest';
import { failures, summary, tally } from './tally.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each, fullName: `it ${each}` })),
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

test('says of each failure where it is, and the first line of why', () => {
  const failed = {
    status: 'failed',
    fullName: 'a door opens',
    failureMessages: ['expected shut\n  at a.test.ts'],
  };
  const testResults = [
    {
      name: '/home/a.test.ts',
      status: 'failed',
      assertionResults: [...file('', 'passed').assertionResults, failed],
    },
    { name: '/home/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
  ];
  expect(failures({ testResults }, '/home')).toEqual([
    'FAILED a.test.ts > a door opens: expected shut',
    'FAILED b.test.ts: no such module',
  ]);
});
