import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreStartStep } from '@hearth/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Linux mounts a volume of memory here on every machine, and in every container. */
const VOLUME = '/dev/shm';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(VOLUME, 'configure-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (file: string) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), file], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

async function runSteps(...steps: readonly PreStartStep[]) {
  const file = join(folder, 'steps.json');
  await writeFile(file, JSON.stringify(steps));
  return run(file);
}

test('carries steps out and says of each whether it changed something, and no value', async () => {
  const path = join(folder, 'app.json');
  const step: PreStartStep = { name: 'key', type: 'jsonKeys', path, keys: { '/token': 'hunter2' } };
  expect(await runSteps(step)).toEqual({ code: 0, stdout: `key: ${path} changed\n`, stderr: '' });
  expect(await runSteps(step)).toEqual({ code: 0, stdout: `key: ${path} unchanged\n`, stderr: '' });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ token: 'hunter2' });
});

test('fails with a sentence', async () => {
  const result = await runSteps({ name: 'dir', type: 'directory', path: '/hearth-nowhere/x' });
  expect(result).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'Step dir: /hearth-nowhere/x is on none of the workload’s volumes; what is written there would be lost.\n',
  });
});

test.each(['', '{"half": '])('says so where the steps are %j', async (content) => {
  const file = join(folder, 'steps.json');
  await writeFile(file, content);
  expect(await run(file)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${file}, which holds the steps to carry out, can’t be read as JSON.\n`,
  });
});
