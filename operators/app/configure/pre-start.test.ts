import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PreStartStep } from '@hearth/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryOutPreStart } from './pre-start.ts';

let volume = '';
beforeEach(async () => {
  volume = await realpath(await mkdtemp(join(tmpdir(), 'pre-start-')));
});
afterEach(() => rm(volume, { recursive: true }));

const at = (path: string) => join(volume, path);
const modeOf = async (path: string) => (await stat(at(path))).mode & 0o777;

async function run(...steps: readonly PreStartStep[]): Promise<string[]> {
  const lines: string[] = [];
  await carryOutPreStart(steps, new Set([volume]), (line) => lines.push(line.replace(`${volume}/`, '')));
  return lines;
}

const all = (): PreStartStep[] => [
  { name: 'dir', type: 'directory', path: at('conf.d'), mode: '0700' },
  { name: 'file', type: 'file', path: at('a/b/motd'), content: 'hello ☀\n', mode: '0644' },
  { name: 'ini', type: 'iniKeys', path: at('app.ini'), section: 'web', keys: { port: '80' } },
  { name: 'json', type: 'jsonKeys', path: at('app.json'), keys: { '/web/port': '80' } },
  { name: 'yaml', type: 'yamlKeys', path: at('app.yaml'), keys: { '/web/port': '80' } },
  { name: 'xml', type: 'xmlKeys', path: at('app.xml'), keys: { 'Web/Port': '80' } },
];

describe('carryOutPreStart', () => {
  test('makes what is missing, and changes nothing the second time', async () => {
    const names = [
      'dir: conf.d',
      'file: a/b/motd',
      'ini: app.ini',
      'json: app.json',
      'yaml: app.yaml',
      'xml: app.xml',
    ];
    expect(await run(...all())).toEqual(names.map((name) => `${name} changed`));
    const before = await Promise.all(all().map(({ path }) => lstat(path)));
    expect(await run(...all())).toEqual(names.map((name) => `${name} unchanged`));
    const after = await Promise.all(all().map(({ path }) => lstat(path)));
    expect(after.map(({ ino, mtimeMs }) => [ino, mtimeMs])).toEqual(
      before.map(({ ino, mtimeMs }) => [ino, mtimeMs]),
    );
    expect(await readFile(at('a/b/motd'), 'utf8')).toBe('hello ☀\n');
    expect(await readFile(at('app.ini'), 'utf8')).toBe('[web]\nport=80\n');
    expect([await modeOf('conf.d'), await modeOf('a/b/motd'), await modeOf('app.ini')]).toEqual([
      0o700, 0o644, 0o640,
    ]);
  });

  test('keeps the mode and, where it may, the owner of what it changes', async () => {
    await writeFile(at('app.ini'), 'a=1\n');
    await chmod(at('app.ini'), 0o604);
    if (process.getuid?.() === 0) await chown(at('app.ini'), 1234, 2345);
    const { uid, gid } = await stat(at('app.ini'));
    await run({ name: 'ini', type: 'iniKeys', path: at('app.ini'), section: '', keys: { a: '2' } });
    expect(await readFile(at('app.ini'), 'utf8')).toBe('a=2\n');
    expect(await stat(at('app.ini'))).toMatchObject({ uid, gid });
    expect(await modeOf('app.ini')).toBe(0o604);
  });

  test('sets modes of what is there', async () => {
    await mkdir(at('conf.d'), { mode: 0o755 });
    await writeFile(at('motd'), 'x', { mode: 0o600 });
    const steps: PreStartStep[] = [
      { name: 'dir', type: 'directory', path: at('conf.d'), mode: '750' },
      { name: 'file', type: 'file', path: at('motd'), content: 'x', mode: '0640' },
    ];
    expect(await run(...steps)).toEqual(['dir: conf.d changed', 'file: motd changed']);
    expect([await modeOf('conf.d'), await modeOf('motd')]).toEqual([0o750, 0o640]);
  });

  test('keeps a byte order mark', async () => {
    await writeFile(at('app.json'), '\uFEFF{"a":1}');
    await run({ name: 'json', type: 'jsonKeys', path: at('app.json'), keys: { '/a': '2' } });
    expect(await readFile(at('app.json'), 'utf8')).toBe('\uFEFF{"a":2}');
  });

  test('leaves nothing behind of a run that was cut off', async () => {
    await writeFile(at('.motd.hearth'), 'half a fi');
    await run({ name: 'file', type: 'file', path: at('motd'), content: 'whole' });
    expect(await readdir(volume)).toEqual(['motd']);
  });

  test.each([
    ['app.json', 'jsonKeys', '{\n "token": hunter2\n}', { '/a': '1' }, 2],
    ['app.yaml', 'yamlKeys', 'a: 1\ntoken: [hunter2\n', { '/a': '2' }, 3],
    ['app.ini', 'iniKeys', '[hunter2\n', { a: '1' }, 1],
    ['app.xml', 'xmlKeys', '<C>\n<T>hunter2</C>', { 'C/A': '1' }, 2],
  ] as const)('leaves a broken %s as it is, and names the line', async (name, type, text, keys, line) => {
    await writeFile(at(name), text);
    const step = { name: 'step', type, path: at(name), section: '', keys } as PreStartStep;
    const failed = await run(step).catch((error: Error) => error.message);
    expect(failed).toMatch(`Step step: ${at(name)}, line ${line}: `);
    expect(failed).not.toMatch('hunter2');
    expect(await readFile(at(name), 'utf8')).toBe(text);
    expect(await readdir(volume)).toEqual([name]);
  });

  test.each([
    ['a folder in a file’s place', () => mkdir(at('x')), /is there, but is no file/],
    ['what is not UTF-8', () => writeFile(at('x'), Buffer.from([0x61, 0xff])), /is not UTF-8/],
    ['a huge file', () => writeFile(at('x'), Buffer.alloc((4 << 20) + 1)), /larger than 4 MiB/],
    ['a link that leads out', () => symlink('/etc/hostname', at('x')), /leads out of the volume/],
  ])('refuses %s', async (_, prepare, sentence) => {
    await prepare();
    await expect(
      run({ name: 'ini', type: 'iniKeys', path: at('x'), section: '', keys: { a: '1' } }),
    ).rejects.toThrow(sentence);
  });

  test('refuses a file in a folder’s place, and a file below a file', async () => {
    await writeFile(at('x'), '');
    await expect(run({ name: 'd', type: 'directory', path: at('x') })).rejects.toThrow(
      'is there, but is no folder',
    );
    await expect(run({ name: 'd', type: 'file', path: at('x/y'), content: '' })).rejects.toThrow(
      `Step d: ${at('x/y')} can’t be written: a part of its path is no folder.`,
    );
  });

  test('stops at the first step that fails', async () => {
    const lines = run(
      { name: 'one', type: 'directory', path: at('one') },
      { name: 'two', type: 'directory', path: '/nowhere/two' },
      { name: 'three', type: 'directory', path: at('three') },
    );
    await expect(lines).rejects.toThrow('Step two: /nowhere/two is on none of the workload’s volumes');
    expect(await readdir(volume)).toEqual(['one']);
  });
});
