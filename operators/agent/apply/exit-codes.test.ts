import { describe, expect, test } from 'vitest';
import { isOffline, isShortage, judgeActivation } from './exit-codes.ts';

describe('an exit code of switch-to-configuration', () => {
  test('tells what runs', () => {
    expect(judgeActivation(0, '')).toEqual({ result: 'active' });
    expect(judgeActivation(100, 'Warning: the new NixOS configuration has an init')).toEqual({
      result: 'restart',
    });
  });

  test('does not blame a system for an agent that was ended while it switched', () => {
    const failed = (units: string) =>
      judgeActivation(4, `warning: the following units failed: ${units}\n● hearth`);
    expect(failed('hearth-agent.service')).toEqual({ result: 'active' });
    expect(failed('hearth-agent.service, a.service')).toMatchObject({ result: 'failed' });
  });

  test.each([
    [1, 'Could not acquire lock', 'Machine', 'another switch holds the lock (Could not acquire lock)'],
    [1, '', 'Configuration', 'switching to it ended with exit code 1'],
    [
      1,
      'cp: No space left on device',
      'Machine',
      'switching to it ended with exit code 1 (cp: No space left on device)',
    ],
    [
      2,
      'Failed to run activate script',
      'Configuration',
      'its activation script failed (Failed to run activate script)',
    ],
    [
      4,
      'warning: the following units failed: a.service',
      'Configuration',
      'some of its units do not start (warning: the following units failed: a.service)',
    ],
    [137, '', 'Configuration', 'switching to it ended with exit code 137'],
  ])('%i tells whose fault it is', (code, output, fault, message) => {
    expect(judgeActivation(code, output)).toEqual({ result: 'failed', failure: { message, fault } });
  });
});

test.each([
  ['error: writing to file: No space left on device', true, false],
  ['error: database or disk is full', true, false],
  ["error: unable to download 'https://cache.nixos.org/x': Could not resolve host", false, true],
  [
    "fatal: unable to access 'http://git/': Failed to connect to git port 80: Connection refused",
    false,
    true,
  ],
  ['error: attribute missing', false, false],
])('“%s” is told from what the configuration does', (output, shortage, offline) => {
  expect([isShortage(output), isOffline(output)]).toEqual([shortage, offline]);
});
