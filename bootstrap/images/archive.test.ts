import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ImageSpec, layerEntries, writeImage } from './archive.ts';
import { tarHeader } from './tar.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-archive-'));
});

afterEach(() => rm(folder, { recursive: true }));

const image = async (): Promise<ImageSpec> => {
  const binary = join(folder, 'binary');
  await writeFile(binary, Buffer.alloc(70_001, 'x'));
  return {
    reference: 'hearth.local/thing:1',
    entrypoint: ['/usr/bin/thing'],
    user: '65532:65532',
    architecture: 'amd64',
    files: [
      { path: '/usr/bin/thing', mode: 0o755, source: { file: binary } },
      { path: '/etc/motd', mode: 0o644, source: { content: 'hello\n' } },
    ],
  };
};

const unpack = async (archive: string, name: string): Promise<string> => {
  const target = join(folder, name);
  await execa('mkdir', [target]);
  await execa('tar', ['--extract', '--file', archive, '--directory', target]);
  return target;
};

describe('writeImage', () => {
  test('writes an archive whose manifest, configuration and layer fit each other', async () => {
    await writeImage(await image(), join(folder, 'out.tar'));
    const root = await unpack(join(folder, 'out.tar'), 'image');
    const [manifest] = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
    const layer = await readFile(join(root, manifest.Layers[0]));
    const configuration = await readFile(join(root, manifest.Config), 'utf8');
    const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
    expect(manifest.RepoTags).toEqual(['hearth.local/thing:1']);
    expect(manifest.Config).toBe(`${digest(configuration)}.json`);
    expect(JSON.parse(configuration).rootfs.diff_ids).toEqual([`sha256:${digest(layer)}`]);
    expect(JSON.parse(configuration).config).toMatchObject({
      Entrypoint: ['/usr/bin/thing'],
      User: '65532:65532',
    });
  });

  test('keeps content, modes and folders, as tar itself reads them', async () => {
    await writeImage(await image(), join(folder, 'out.tar'));
    const root = await unpack(join(folder, 'out.tar'), 'image');
    const [manifest] = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
    const { stdout } = await execa('tar', ['--list', '--verbose', '--file', join(root, manifest.Layers[0])]);
    expect(stdout.split('\n').map((line) => [line.slice(0, 10), line.split(' ').at(-1)])).toEqual([
      ['drwxr-xr-x', 'etc/'],
      ['-rw-r--r--', 'etc/motd'],
      ['drwxr-xr-x', 'usr/'],
      ['drwxr-xr-x', 'usr/bin/'],
      ['-rwxr-xr-x', 'usr/bin/thing'],
    ]);
    const layer = await unpack(join(root, manifest.Layers[0]), 'layer');
    expect(await readFile(join(layer, 'usr/bin/thing'))).toEqual(Buffer.alloc(70_001, 'x'));
  });

  test('gives the same bytes for the same input, and leaves nothing else behind', async () => {
    const spec = await image();
    await writeImage(spec, join(folder, 'a.tar'));
    await writeImage(spec, join(folder, 'b.tar'));
    expect(await readFile(join(folder, 'a.tar'))).toEqual(await readFile(join(folder, 'b.tar')));
    expect((await readdir(folder)).sort()).toEqual(['a.tar', 'b.tar', 'binary']);
  });
});

test('a folder that several files share is one entry', () => {
  const file = (path: string) => ({ path, mode: 0o644, source: { content: '' } });
  expect(layerEntries([file('/a/b/2'), file('/a/b/1'), file('/0')]).map((entry) => entry.path)).toEqual([
    '/0',
    '/a/',
    '/a/b/',
    '/a/b/1',
    '/a/b/2',
  ]);
});

test('a name that does not fit is refused, not cut', () => {
  expect(() => tarHeader({ path: 'x'.repeat(101), size: 0, mode: 0o644 })).toThrow(RangeError);
});
