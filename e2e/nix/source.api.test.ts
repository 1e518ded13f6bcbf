import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureNix, nixFiles } from './nix.ts';

const root = join(import.meta.dirname, '../..');
const files = await nixFiles();

beforeAll(ensureNix);

describe('the Nix files', () => {
  test('are found', () => {
    expect(files).toContain('nix/flake.nix');
    expect(files.length).toBeGreaterThan(15);
  });

  test.each(files)('%s parses', async (file) => {
    const { stderr, exitCode } = await execa('nix-instantiate', ['--parse', file], {
      cwd: root,
      reject: false,
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test.each(files)('%s is laid out as the others', async (file) => {
    const text = await readFile(join(root, file), 'utf8');
    const lines = text.split('\n');
    const odd = lines.flatMap((line, index) => (misplaced(line) ? [`${file}:${index + 1}: ${line}`] : []));
    expect(odd).toEqual([]);
    expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true);
  });
});

/** Spaces by twos, nothing after the end of a line, and lines that fit beside another. */
const misplaced = (line: string): boolean =>
  line.includes('\t') ||
  /\s$/.test(line) ||
  line.length > 120 ||
  (/^ */.exec(line)?.[0].length ?? 0) % 2 !== 0;
