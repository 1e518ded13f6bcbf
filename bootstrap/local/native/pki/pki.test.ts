import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Layout, layoutOf } from '../layout.ts';
import { ensurePki, pairFile, splitPair, tokenKeyFile } from './pki.ts';

let layout: Layout;

beforeEach(async () => {
  layout = layoutOf('local', await mkdtemp(join(tmpdir(), 'hearth-pki-')));
});

afterEach(() => rm(layout.folder, { recursive: true }));

const NOW = new Date('2026-03-01T00:00:00Z');

test('a second run keeps every key', async () => {
  const first = await ensurePki(layout, NOW);
  const token = await readFile(tokenKeyFile(layout), 'utf8');
  expect(await ensurePki(layout, NOW)).toEqual(first);
  expect(await readFile(tokenKeyFile(layout), 'utf8')).toBe(token);
});

test('a pair that was cut off while it was written is made again', async () => {
  const first = await ensurePki(layout, NOW);
  await writeFile(pairFile(layout, 'admin'), first.pairs.admin.certificate);
  const second = await ensurePki(layout, NOW);
  expect(second.pairs.admin).not.toEqual(first.pairs.admin);
  expect(second.authority).toBe(first.authority);
});

test('nobody but the owner can read a key', async () => {
  await ensurePki(layout, NOW);
  for (const file of [pairFile(layout, 'ca'), pairFile(layout, 'admin'), tokenKeyFile(layout)]) {
    expect((await stat(file)).mode & 0o077).toBe(0);
  }
});

test('the node has the name that the API server authorizes it by', async () => {
  const { pairs } = await ensurePki(layout, NOW);
  const { X509Certificate } = await import('node:crypto');
  expect(new X509Certificate(pairs.kubelet.certificate).subject).toContain('CN=system:node:local');
});

test.each([
  ['nothing', '', undefined],
  ['a certificate alone', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', undefined],
])('%s is no pair', (_, text, expected) => {
  expect(splitPair(text)).toBe(expected);
});
