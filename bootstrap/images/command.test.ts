import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { runTold } from './command.ts';

const node = (script: string, onLine?: (line: string) => void) =>
  runTold(process.execPath, ['-e', script], onLine ? { onLine } : {});

test('tells each line of both streams as it comes', async () => {
  const lines: string[] = [];
  await node('console.log("one"); console.error("two")', (line) => lines.push(line));
  expect(lines.sort()).toEqual(['one', 'two']);
});

test('an error names the command and repeats its last lines, not all of them', async () => {
  const error = await node(
    'for (let i = 1; i <= 40; i++) console.log(`line ${i}.`); process.exitCode = 3',
  ).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect(String(error)).toContain('exit code 3');
  expect(String(error)).toContain('line 40.');
  expect(String(error)).not.toContain('line 20.');
});

test('a command that is not there is a Failure too', async () => {
  await expect(runTold('hearth-no-such-command', [])).rejects.toThrow(/hearth-no-such-command/);
});
