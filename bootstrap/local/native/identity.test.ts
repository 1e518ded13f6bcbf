import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ended, isAlive, parseEnvironment, parseStat, signal, statOf } from './identity.ts';

test('reads a stat whose command holds spaces and parentheses', () => {
  const text =
    '812 (tmux: server (1)) S 1 812 811 0 -1 4194624 1 0 0 0 3 4 0 0 20 0 1 0 48213 9146368 1021 18446744073709551615';
  expect(parseStat(text)).toEqual({
    pid: 812,
    command: 'tmux: server (1)',
    state: 'S',
    parent: 1,
    session: 811,
    startTicks: 48213,
  });
});

test('reads an environment whose values hold equals signs and newlines', () => {
  expect(parseEnvironment('A=1=2\0B=x\ny\0EMPTY=\0garbage\0')).toEqual({ A: '1=2', B: 'x\ny', EMPTY: '' });
});

test('never signals another process that has come to the same pid', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const stat = statOf(pid);
  expect(stat).toMatchObject({ pid, parent: process.pid });
  const stranger = { pid, startTicks: (stat?.startTicks ?? 0) - 1 };
  signal(stranger, 'SIGKILL');
  expect(await ended([stranger], 1)).toBe(true);
  expect(isAlive({ pid, startTicks: stat?.startTicks ?? 0 })).toBe(true);
  child.kill('SIGKILL');
  expect(await ended([{ pid, startTicks: stat?.startTicks ?? 0 }], 5)).toBe(true);
});
