import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('one works at a time, and the other is told that it waits', async () => {
  const events: string[] = [];
  const work = (name: string) =>
    withLock(
      join(folder, 'lock'),
      () => events.push(`${name} waits`),
      async () => {
        events.push(`${name} begins`);
        await sleep(100);
        events.push(`${name} ends`);
      },
    );
  await Promise.all([work('a'), work('b')]);
  expect(events).toEqual(['a begins', 'b waits', 'a ends', 'b begins', 'b ends']);
});

test('the lock of a process that was killed is free', async () => {
  const file = join(folder, 'lock');
  const program = `
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    await withLock(${JSON.stringify(file)}, () => {}, () => {
      console.log('held');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  let waited = false;
  const mine = withLock(
    file,
    () => {
      waited = true;
      holder.kill('SIGKILL');
    },
    async () => 'got it',
  );
  expect(await mine).toBe('got it');
  expect(waited).toBe(true);
});

test('is released when the work fails', async () => {
  const file = join(folder, 'lock');
  const failing = async () => {
    throw new Error('work failed');
  };
  await expect(withLock(file, () => undefined, failing)).rejects.toThrow('work failed');
  expect(
    await withLock(
      file,
      () => undefined,
      async () => 1,
    ),
  ).toBe(1);
});
