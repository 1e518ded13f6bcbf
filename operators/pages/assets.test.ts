import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetRoutes } from './asset-routes.ts';
import { type Assets, assetPath, readAssets } from './assets.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-pages-'));
  await writeFile(join(folder, 'own.css'), '.own {}');
  await writeFile(join(folder, 'own.js'), 'export {};');
  await writeFile(join(folder, 'own.exe'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const own = (others: readonly string[] = []): Assets =>
  readAssets({ under: '/files', folder, styles: ['own.css'], others });

const textOf = ({ files }: Assets, name: string): string =>
  Buffer.from(files.find((file) => file.name === name)?.body ?? []).toString();

describe('the files that pages load', () => {
  it('are the look of all pages, the host’s own styles after it, and the mark', () => {
    expect(own().files.map(({ name }) => name)).toEqual(['style.css', 'icon.svg']);
    const style = textOf(own(), 'style.css');
    expect(style).toContain('.banner nav');
    expect(style.endsWith('.own {}')).toBe(true);
  });

  it('are of another release as soon as one of them is another', () => {
    expect(own().release).toBe(own().release);
    expect(own(['own.js']).release).not.toBe(own().release);
  });

  it('have a media type, or are none', () => {
    expect(own(['own.js']).files.at(-1)).toMatchObject({
      name: 'own.js',
      type: 'text/javascript; charset=utf-8',
    });
    expect(() => own(['own.exe'])).toThrow('own.exe');
  });
});

describe('a server', () => {
  const serverOf = (assets: Assets) => {
    const server = Fastify();
    assetRoutes(server, assets);
    return server;
  };

  it('sends a file once, and then says that it is the same', async () => {
    const server = serverOf(own());
    const url = assetPath(own(), 'style.css');
    const answer = await server.inject(url);
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'text/css; charset=utf-8',
      textOf(own(), 'style.css'),
    ]);
    expect(answer.headers['cache-control']).toBe('public, max-age=3600');
    const again = await server.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each(['/files/', '/files/older/style.css', '/files/..%2Fown.exe', '/files/style.css'])(
    'has nothing at %s',
    async (url) => {
      expect((await serverOf(own()).inject(url)).statusCode).toBe(404);
    },
  );
});
