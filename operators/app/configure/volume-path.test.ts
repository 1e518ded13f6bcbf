import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseMountInfo, withinVolume } from './volume-path.ts';

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'volume-')));
  await mkdir(join(root, 'data/sub'), { recursive: true });
  await mkdir(join(root, 'other'));
});
afterEach(() => rm(root, { recursive: true }));

const at = (path: string) => join(root, path);
const resolved = (path: string) => withinVolume(at(path), new Set([at('data'), at('other')]));

describe('withinVolume', () => {
  test.each(['data', 'data/sub', 'data/new', 'data/new/deep/file'])('takes %s', async (path) => {
    expect(await resolved(path)).toBe(at(path));
  });

  test('follows links that stay on the volume', async () => {
    await symlink(at('data/sub'), at('data/link'));
    expect(await resolved('data/link/file')).toBe(at('data/sub/file'));
  });

  test('finds a volume below a link of the image', async () => {
    await symlink(at('data'), at('alias'));
    expect(await resolved('alias/file')).toBe(at('data/file'));
  });

  test.each([
    ['to another volume', 'other', 'data/link/file'],
    ['to another volume by itself', 'other', 'data/link'],
    ['to what is no volume', '.', 'data/link/file'],
  ])('refuses a link %s', async (_, target, path) => {
    await symlink(at(target), at('data/link'));
    await expect(resolved(path)).rejects.toThrow(/leads out of the volume/);
  });

  test('refuses a link to a file elsewhere', async () => {
    await writeFile(at('other/file'), '');
    await symlink('../other/file', at('data/file'));
    await expect(resolved('data/file')).rejects.toThrow(/leads out of the volume/);
  });

  test('refuses a link to nothing', async () => {
    await symlink(at('other/not-yet'), at('data/link'));
    await expect(resolved('data/link')).rejects.toThrow(/leads to nothing/);
  });

  test.each(['elsewhere/file', 'data-of-others', ''])('refuses %j, which is on no volume', async (path) => {
    await expect(resolved(path)).rejects.toThrow(/on none of the workload’s volumes/);
  });
});

test('parseMountInfo reads mount points, and what they escape', () => {
  const text =
    '22 1 254:1 / / rw - ext4 /dev/root rw\n' +
    '40 22 254:2 / /var/lib/my\\040app rw,nosuid - ext4 /dev/vdb rw\n';
  expect(parseMountInfo(text)).toEqual(new Set(['/var/lib/my app']));
});
