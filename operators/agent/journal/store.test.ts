import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../system/real/run.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { readIfThere, replaceFile } from './durable-file.ts';
import { firstJournal } from './journal.ts';
import { journalIn, openJournal } from './store.ts';

const [GOLDEN, OTHER] = ['0', '1'].map((digit) => `/nix/store/${digit.repeat(32)}-system`) as [
  string,
  string,
];
const nothing = { golden: undefined, knownGood: undefined };

test('a journal is there as it was written, for root alone', async () => {
  await using folder = await scratchFolder();
  const store = journalIn(folder.path);
  expect(await store.read()).toBeUndefined();
  await store.write(firstJournal(GOLDEN));
  expect(await store.read()).toEqual(firstJournal(GOLDEN));
  expect((await stat(join(folder.path, 'journal.json'))).mode & 0o777).toBe(0o600);
});

test('a machine of which nothing is known runs what it was installed with', async () => {
  await using folder = await scratchFolder();
  const store = journalIn(folder.path);
  expect(await openJournal(store, nothing, GOLDEN)).toEqual(firstJournal(GOLDEN));
  expect(await openJournal(store, nothing, OTHER)).toEqual(firstJournal(GOLDEN));
});

test.each(['', '{', '{"version":2}', '{"version":1,"golden":"/etc","knownGood":"/etc"}'])(
  'a journal that is damaged is made anew from what is pinned: %s',
  async (text) => {
    await using folder = await scratchFolder();
    await writeFile(join(folder.path, 'journal.json'), text);
    const pinned = { golden: GOLDEN, knownGood: OTHER };
    expect(await openJournal(journalIn(folder.path), pinned, OTHER)).toEqual({
      version: 1,
      golden: GOLDEN,
      knownGood: OTHER,
    });
  },
);

test('a journal can be written on a disk that is full', async () => {
  await using folder = await scratchFolder();
  const disk = join(folder.path, 'disk');
  await run('mkdir', [disk]);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'full', disk]);
  try {
    const store = journalIn(disk);
    await store.write(firstJournal(GOLDEN));
    await expect(writeFile(join(disk, 'filler'), Buffer.alloc(2 ** 20))).rejects.toThrow('ENOSPC');
    await store.write(firstJournal(OTHER));
    expect(await store.read()).toEqual(firstJournal(OTHER));
  } finally {
    await run('umount', [disk]);
  }
});

test('of two that replace a file at the same time one is there, whole, and no draft', async () => {
  await using folder = await scratchFolder();
  const path = join(folder.path, 'file');
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
  await Promise.all(texts.map((text) => replaceFile(path, text)));
  expect(texts).toContain(await readFile(path, 'utf8'));
  expect(await readdir(folder.path)).toEqual(['file']);
});

test('a file that can’t be replaced stays, and leaves no draft', async () => {
  await using folder = await scratchFolder();
  const path = join(folder.path, 'folder');
  await run('mkdir', [path]);
  await expect(replaceFile(path, 'text')).rejects.toThrow('EISDIR');
  expect(await readdir(folder.path)).toEqual(['folder']);
  expect(await readIfThere(join(folder.path, 'none'))).toBeUndefined();
});
