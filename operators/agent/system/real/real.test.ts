import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { CommandFailed, ProbeFailed } from '../system.ts';
import { installation, partitionOf, tableOf } from './installation.ts';
import { flakeReference } from './nix.ts';
import { runProbe } from './probe.ts';
import { run } from './run.ts';

describe('a command', () => {
  test('gets its arguments as they are', async () => {
    const { stdout } = await run('printf', ['%s|', '$(id)', '; ls', '`ls`', 'a b']);
    expect(stdout).toBe('$(id)|; ls|`ls`|a b|');
  });

  test('that fails says so, with the end of what it said', async () => {
    const failed = await run('sh', ['-c', 'echo working; echo "error: no" >&2; exit 3']).catch(
      (error) => error,
    );
    expect(failed).toBeInstanceOf(CommandFailed);
    expect(failed).toMatchObject({ exitCode: 3, message: 'sh ended with 3: error: no' });
    expect((await run('sh', ['-c', 'exit 3'], { accept: [3] })).exitCode).toBe(3);
  });

  test('that is not there says so', async () => {
    await expect(run('no-such-command', [])).rejects.toThrow('no-such-command can’t be run');
  });

  test('that takes too long ends, with what it started', async () => {
    const begun = performance.now();
    await expect(run('sh', ['-c', 'sleep 60 & wait'], { limit: 200 })).rejects.toThrow(
      'did not end within 0.2 s',
    );
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('can be called off', async () => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(new Error('enough')), 100);
    await expect(run('sleep', ['60'], { signal: stopping.signal })).rejects.toThrow('enough');
  });

  test('gives away no secret that it complains of', async () => {
    const failed = run('sh', ['-c', 'echo "error: https://me:hunter2@git/ password=hunter2" >&2; exit 1']);
    await expect(failed).rejects.toThrow(/^((?!hunter2).)*$/s);
  });
});

test.each([
  [{ url: 'github:a/b' }, 'github:a/b'],
  [
    { url: 'github:a/b', ref: 'main', revision: 'f'.repeat(40), directory: 'x/y' },
    `github:a/b/${'f'.repeat(40)}?dir=x%2Fy`,
  ],
  [{ url: 'git+https://h/r', ref: 'main' }, 'git+https://h/r?ref=main'],
  [
    { url: 'git+https://h/r', ref: 'a/b', revision: 'f'.repeat(40) },
    `git+https://h/r?ref=a%2Fb&rev=${'f'.repeat(40)}`,
  ],
])('%j is a flake that Nix calls %s', (flake, reference) => {
  expect(flakeReference(flake)).toBe(reference);
});

test.each([
  ['/dev/sda', '/dev/sda3'],
  ['/dev/nvme0n1', '/dev/nvme0n1p3'],
  ['/dev/mmcblk0', '/dev/mmcblk0p3'],
])('the third partition of %s is %s', (device, partition) => {
  expect(partitionOf(device, 3)).toBe(partition);
});

test('a disk gets the table of its layout, by the real sgdisk, and bears its mark', async () => {
  await using folder = await scratchFolder();
  const disk = join(folder.path, 'disk');
  await writeFile(disk, '');
  await truncate(disk, 4 * 2 ** 30);
  const mark = '01234567-89AB-8DEF-A123-456789ABCDEF';
  const layout = { serial: 'S', device: disk, boot: 512 * 2 ** 20, system: 2 ** 30, pool: 2 ** 31 };
  expect(await installation().mark(disk)).not.toBe(mark);
  await run('sgdisk', [...tableOf(layout, mark), disk]);
  expect(await installation().mark(disk)).toBe(mark);
  const { stdout } = await run('sgdisk', ['--print', disk]);
  const rows = stdout.split('\n').flatMap((line) => /^ +\d+ .*$/.exec(line) ?? []);
  expect(rows.map((row) => row.trim().split(/\s+/))).toEqual([
    ['1', '2048', '1050623', '512.0', 'MiB', 'EF00', 'hearth-boot'],
    ['2', '1050624', '3147775', '1024.0', 'MiB', '8300', 'hearth-system'],
    ['3', '3147776', '8388574', '2.5', 'GiB', '8E00', 'hearth-data'],
  ]);
});

test('a layout that is not whole MiB is refused', () => {
  expect(() => tableOf({ serial: 'S', device: '/dev/x', boot: 1000, system: 2 ** 30, pool: 0 }, '')).toThrow(
    'whole MiB',
  );
});

describe('a probe', () => {
  const never = new AbortController().signal;
  test('finds what is there', async () => {
    await runProbe({ name: 'true', command: ['/bin/true'], timeoutSeconds: 5 }, never);
  });

  test.each([
    [{ name: 'false', command: ['/bin/false'] }, 'the probe false fails: /bin/false ended with 1'],
    [{ name: 'port', tcp: { host: '127.0.0.1', port: 1 } }, 'the probe port fails: connect ECONNREFUSED'],
    [
      { name: 'page', http: { url: 'http://127.0.0.1:1/', status: 200 } },
      'the probe page fails: connect ECONNREFUSED',
    ],
  ])('says what is not: %j', async (probe, message) => {
    const failed = await runProbe({ ...probe, timeoutSeconds: 1 }, never).catch((error) => error);
    expect(failed).toBeInstanceOf(ProbeFailed);
    expect(failed.message).toContain(message);
  });
});
