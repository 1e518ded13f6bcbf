import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileList } from '../apply/surroundings.ts';
import { type Contents, deliver, forgetFiles } from './deliver.ts';

const file = (path: string, change: Partial<FileList[number]> = {}): FileList[number] => ({
  path,
  key: path.replaceAll('/', '.'),
  digest: 'a',
  mode: '0400',
  owner: 'root',
  group: 'root',
  ...change,
});

let folder: string;
let reads: number;
let secret: Record<string, string>;
beforeEach(async () => {
  // Of memory, as on a machine.
  folder = await mkdtemp('/dev/shm/hearth-files-');
  reads = 0;
  secret = { 'wifi.psk': 'secret one', plain: 'words' };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const contents = async (): Promise<Contents> => {
  reads++;
  return new Map(Object.entries(secret).map(([key, value]) => [key, Buffer.from(value)]));
};
const give = (...files: FileList) => deliver(files, { folder, contents });
const text = (path: string) => readFile(join(folder, 'files', path), 'utf8');

describe('files', () => {
  test('are there, for whom they are, and nobody else', async () => {
    await give(file('wifi/psk', { group: 'daemon', mode: '0440' }), file('plain', { mode: '0444' }));
    expect([await text('wifi/psk'), await text('plain')]).toEqual(['secret one', 'words']);
    const { mode, uid, gid } = await stat(join(folder, 'files/wifi/psk'));
    expect([mode & 0o7777, uid, gid]).toEqual([0o440, 0, 1]);
    expect((await stat(join(folder, 'files/wifi'))).mode & 0o777).toBe(0o711);
  });

  test('that are not listed any more are gone', async () => {
    await give(file('wifi/psk'), file('plain'));
    await give(file('plain'));
    expect(await readdir(join(folder, 'files'))).toEqual(['.whole', 'plain']);
    await forgetFiles(folder, []);
    expect(await readdir(join(folder, 'sets'))).toHaveLength(1);
  });

  test('that are there are not asked for again, and those before come back without asking', async () => {
    const before = [file('plain')];
    await give(...before);
    secret = { plain: 'other words' };
    await give(file('plain', { digest: 'b' }));
    expect(await text('plain')).toBe('other words');
    secret = {};
    await give(...before);
    expect([await text('plain'), reads]).toEqual(['words', 2]);
  });

  test('change all at once: where one is missing, those before stay', async () => {
    await give(file('plain'));
    const place = await readlink(join(folder, 'files'));
    await expect(give(file('plain', { digest: 'b' }), file('missing'))).rejects.toThrow('no key missing');
    expect(await readlink(join(folder, 'files'))).toBe(place);
  });

  test('are root’s own until their owner is there', async () => {
    await give(file('plain', { owner: 'nobody-yet' }));
    const { mode, uid } = await stat(join(folder, 'files/plain'));
    expect([mode & 0o777, uid]).toEqual([0o600, 0]);
  });

  test('never reach a disk', async () => {
    const disk = await mkdtemp('/var/tmp/hearth-files-');
    await expect(deliver([file('plain')], { folder: disk, contents })).rejects.toThrow('is on a disk');
    expect(reads).toBe(0);
    await rm(disk, { recursive: true });
  });
});
