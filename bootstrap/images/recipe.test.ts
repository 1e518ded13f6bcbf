import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contextFiles, type ImageRecipe, recipeDigest } from './recipe.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-recipe-'));
  await put('app/Dockerfile', 'ARG BASE\nFROM ${BASE}\n');
  await put('app/start.sh', '#!/bin/sh\n');
  await put('base/Dockerfile', 'FROM scratch\n');
  await put('module/go.mod', 'module example.org/app\n');
});

afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, content: string, mode = 0o644): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, content, { mode });
}

const recipe = (changes: Partial<ImageRecipe> = {}): ImageRecipe => ({
  name: 'localhost/hearth/app:1',
  context: join(folder, 'app'),
  args: { COLOUR: 'red' },
  bases: { BASE: { name: 'localhost/hearth/base:1', context: join(folder, 'base') } },
  inputs: { app: { kind: 'go', module: join(folder, 'module'), package: 'example.org/app', ldflags: '-s' } },
  ...changes,
});

describe('the digest of a recipe', () => {
  test.each<[string, () => Promise<void>]>([
    ['the Dockerfile', () => put('app/Dockerfile', 'FROM scratch\n')],
    ['a file that it copies', () => put('app/start.sh', '#!/bin/sh\nexit 0\n')],
    ['whether that file may be executed', () => put('app/start.sh', '#!/bin/sh\n', 0o755)],
    ['a new file', () => put('app/etc/more', '')],
    ['the image that it starts from', () => put('base/Dockerfile', 'FROM scratch\nUSER 1\n')],
    ['the pins of a binary', () => put('module/go.mod', 'module example.org/app\n\ngo 1.26\n')],
  ])('changes with %s', async (_, change) => {
    const before = await recipeDigest(recipe());
    await change();
    expect(await recipeDigest(recipe())).not.toBe(before);
  });

  test.each<[string, Partial<ImageRecipe>]>([
    ['the name', { name: 'localhost/hearth/app:2' }],
    ['an argument', { args: { COLOUR: 'blue' } }],
    ['what this machine makes for it', { inputs: {} }],
  ])('changes with %s', async (_, changes) => {
    expect(await recipeDigest(recipe(changes))).not.toBe(await recipeDigest(recipe()));
  });

  test('differs between architectures', async () => {
    expect(await recipeDigest(recipe(), 'arm64')).not.toBe(await recipeDigest(recipe(), 'x64'));
  });

  test('stays when only tests, installed packages or files outside of its globs change', async () => {
    const files = { files: ['*.sh'] };
    const before = await recipeDigest(recipe(files));
    await put('app/start.test.ts', 'test');
    await put('app/node_modules/left/index.js', 'left');
    await put('app/README.md', 'words');
    expect(await recipeDigest(recipe(files))).toBe(before);
  });

  test('stays when the checkout moves', async () => {
    const before = await recipeDigest(recipe());
    const moved = recipe({ context: join(folder, 'elsewhere') });
    await put('elsewhere/Dockerfile', 'ARG BASE\nFROM ${BASE}\n');
    await put('elsewhere/start.sh', '#!/bin/sh\n');
    expect(await recipeDigest(moved)).toBe(before);
  });
});

test('a build sees the Dockerfile and the files of its globs, in order of path', async () => {
  await put('app/README.md', 'words');
  await put('app/bin/tool', 'tool', 0o755);
  const seen = await contextFiles(recipe({ files: ['bin/**', '*.sh'] }));
  expect(seen.map(({ path, executable }) => [path, executable])).toEqual([
    ['Dockerfile', false],
    ['bin/tool', true],
    ['start.sh', false],
  ]);
});
