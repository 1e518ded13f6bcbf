import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServedFiles } from './files.ts';
import { firmwareName, readImages } from './images.ts';

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'images-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function content(files: ServedFiles, name: string): Promise<string | undefined> {
  const file = await files.open(name);
  if (!file) return undefined;
  const bytes = await file.read(0, file.size);
  await file.close();
  return Buffer.from(bytes).toString();
}

const pc = { 'x86_64/kernel': 'K', 'x86_64/initrd': 'I', 'x86_64/cmdline': 'init=/init\n' };

describe('a folder with images', () => {
  test('has installers, and what firmware loads first', async () => {
    const images = await readImages(await folderWith({ ...pc, 'ipxe/ipxe.efi': 'E' }), []);
    expect(images.installers).toEqual([{ architecture: 'x86_64', commandLine: 'init=/init' }]);
    expect(images.firstFile('uefi-x86_64')).toBe('ipxe/ipxe.efi');
    expect(images.firstFile('bios')).toBeUndefined();
    expect(await content(images.firmwareFiles, '/ipxe/ipxe.efi')).toBe('E');
  });

  test('has a Raspberry Pi’s files under the names that it tries, and its kernel told where NIO is', async () => {
    const folder = await folderWith({
      'raspberry-pi/config.txt': 'C',
      'raspberry-pi/cmdline.txt': 'root=fstab\n',
    });
    const { firmwareFiles } = await readImages(folder, ['hearth.nio=https://nio']);
    for (const name of ['config.txt', '9f8e7d6c/config.txt', '2c-cf-67-12-ab-34/config.txt'])
      expect(await content(firmwareFiles, name)).toBe('C');
    expect(await content(firmwareFiles, '9f8e7d6c/cmdline.txt')).toBe('root=fstab hearth.nio=https://nio\n');
    expect(await content(firmwareFiles, '9f8e7d6c/start4.elf')).toBeUndefined();
  });

  test('may be made of links, as Nix makes it', async () => {
    const store = await folderWith(pc);
    const folder = await folderWith({});
    await symlink(join(store, 'x86_64'), join(folder, 'x86_64'));
    const { files } = await readImages(folder, []);
    expect(await content(files, 'x86_64/kernel')).toBe('K');
  });

  test('gives nothing that is outside of it, or came later', async () => {
    const folder = await folderWith({ ...pc, 'ipxe/ipxe.efi': 'E' });
    const outside = await folderWith({ secret: 'S' });
    const { files, firmwareFiles } = await readImages(folder, []);
    await writeFile(join(folder, 'later'), 'L');
    const names = [
      `${outside}/secret`,
      `../${outside.split('/').at(-1)}/secret`,
      '../../etc/passwd',
      '/etc/passwd',
      'x86_64/../x86_64/kernel',
      'x86_64/kernel\0',
      'x86_64',
      '',
      '.',
      'later',
      'constructor',
    ];
    for (const name of names)
      for (const served of [files, firmwareFiles]) expect(await content(served, name)).toBeUndefined();
  });

  test.each([
    ['nothing in it', {}, 'There is nothing to boot'],
    ['half an installer', { 'x86_64/kernel': 'K' }, 'no x86_64/initrd'],
    [
      'a command line that is a script',
      { ...pc, 'x86_64/cmdline': 'init=/init && shell' },
      'means nothing to iPXE',
    ],
    ['two command lines', { ...pc, 'x86_64/cmdline': 'a\nb' }, 'one line'],
  ])('is refused: %s', async (_, files, sentence) => {
    await expect(readImages(await folderWith(files), [])).rejects.toThrow(sentence);
  });

  test('that leads back into itself is refused, and one that is not there', async () => {
    const folder = await folderWith(pc);
    await symlink('..', join(folder, 'x86_64', 'back'));
    await expect(readImages(folder, [])).rejects.toThrow('does a link lead back?');
    await expect(readImages(join(folder, 'missing'), [])).rejects.toThrow('ENOENT');
  });
});

test('a name that is there is meant as it is', () => {
  const paths = new Map([['deadbeef/x', '/deadbeef/x']]);
  expect(firmwareName('deadbeef/x', paths)).toBe('deadbeef/x');
  expect(firmwareName('deadbeef/y', paths)).toBe('raspberry-pi/y');
});
