import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runContained } from '../../bootstrap/images/command.ts';

test('what a contained command mounts goes with it', async () => {
  const place = await mkdtemp(join(tmpdir(), 'hearth-contained-'));
  await runContained('mount', ['-t', 'tmpfs', 'hearth-contained', place]);
  expect(await readFile('/proc/mounts', 'utf8')).not.toContain(place);
  await rm(place, { recursive: true });
});

test('a contained command does not outlive the process that runs it, even when that is killed', async () => {
  const mark = `3600.${process.pid}`;
  const module = join(import.meta.dirname, '../../bootstrap/images/command.ts');
  const script = `import { runContained } from ${JSON.stringify(module)}; await runContained('sleep', ['${mark}']);`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  await until(async () => (await sleepers(mark)) > 0);
  runner.kill('SIGKILL');
  await once(runner, 'exit');
  await until(async () => (await sleepers(mark)) === 0);
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    expect(tries, 'tries of 50 ms').toBeLessThan(200);
    await sleep(50);
  }
}

async function sleepers(mark: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command === `sleep\0${mark}\0`).length;
}
