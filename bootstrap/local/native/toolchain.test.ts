import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureTools, haveTools } from './toolchain.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-toolchain-'));
  vi.stubEnv('HEARTH_HOME', folder);
  vi.stubEnv('HEARTH_BIN', undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const quiet = () => undefined;

test('builds a static binary once, and says what it does', { timeout: 120_000 }, async () => {
  const told: string[] = [];
  expect(await haveTools(['pause'])).toBe(false);
  const { pause } = await ensureTools(['pause'], (doing) => told.push(doing));
  expect(told[0]).toMatch(/^pause \(1 of 1\) compiling/);
  expect((await execa('readelf', ['--program-headers', pause])).stdout).not.toContain('INTERP');
  const { mtimeMs } = await stat(pause);
  expect(await ensureTools(['pause'], quiet)).toEqual({ pause });
  expect((await stat(pause)).mtimeMs).toBe(mtimeMs);
  expect(await haveTools(['pause'])).toBe(true);
});

test('two at once build it once, and one that was cut off is no obstacle', { timeout: 120_000 }, async () => {
  const { volume } = await ensureTools(['volume'], quiet);
  await rm(volume);
  await writeFile(`${volume}.draft`, 'half of a binary');
  const told: string[] = [];
  const build = () => ensureTools(['volume'], (doing) => told.push(doing));
  expect(await Promise.all([build(), build()])).toEqual([{ volume }, { volume }]);
  expect(told.some((doing) => doing.includes('waits for another build'))).toBe(true);
  expect(await readdir(dirname(volume))).toEqual(['volume']);
  expect((await stat(volume)).size).toBeGreaterThan(500_000);
});

test('takes a binary that was given', async () => {
  const given = join(folder, 'given');
  await mkdir(given);
  await writeFile(join(given, 'kubelet'), '');
  await chmod(join(given, 'kubelet'), 0o755);
  vi.stubEnv('HEARTH_BIN', given);
  expect(await ensureTools(['kubelet'], quiet)).toEqual({ kubelet: join(given, 'kubelet') });
});

test('says what to install where there is no Go', async () => {
  vi.stubEnv('PATH', folder);
  await expect(ensureTools(['pause'], quiet)).rejects.toThrow('Go 1.26 or newer is needed to build pause');
});
