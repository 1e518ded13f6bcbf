import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { contextFiles } from '../../bootstrap/images/recipe.ts';
import { traefikCrdFile } from '../../bootstrap/tools/module.ts';
import { imageOverrides, localImages } from './images.ts';

const repository = join(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(repository, path), 'utf8');

test('each public image has one stand-in, of a name that no registry serves', () => {
  const overrides = imageOverrides();
  expect(new Set(overrides.map(({ name }) => name)).size).toBe(localImages.length);
  for (const { image } of overrides) expect(image).toMatch(/^localhost\/hearth\/[a-z-]+:[\w.]+$/);
});

test.each([
  ['docker.io/library/traefik:v', 'bootstrap/tools/traefik/go.mod', /traefik\/traefik\/v3 v([\d.]+)/],
  ['ghcr.io/miniflux/miniflux:', 'e2e/images/miniflux/go.mod', /miniflux\.app\/v2 v([\d.]+)/],
  ['docker.io/actualbudget/actual-server:', 'e2e/images/actual/package.json', /sync-server": "([\d.]+)"/],
])('%s is the version that %s pins', async (image, file, pin) => {
  const version = pin.exec(await read(file))?.[1];
  expect(localImages.map((local) => local.public)).toContain(`${image}${version}`);
});

test('the images that run Node run the version that the workspace pins', async () => {
  const workspace: { devDependencies: { node: string } } = JSON.parse(await read('package.json'));
  const recipe: { optionalDependencies: Record<string, string> } = JSON.parse(
    await read('e2e/images/node/package.json'),
  );
  const versions = new Set(Object.values(recipe.optionalDependencies));
  expect([...versions]).toEqual([workspace.devDependencies.node]);
});

test("Traefik's pinned module carries the definition of an IngressRoute", async () => {
  expect(await readFile(await traefikCrdFile(), 'utf8')).toContain('name: ingressroutes.traefik.io');
});

test.each([
  ['identity', 'operators/identity/pages/assets.ts'],
  ['event-sink', 'operators/event-sink/http/pages/assets.ts'],
])('the image of %s has every file that its pages load', async (name, module) => {
  const image = localImages.find((local) => local.public.includes(`/${name}:`));
  expect(image).toBeDefined();
  const context = await mkdtemp(join(tmpdir(), 'hearth-context-'));
  for (const { path, content } of image ? await contextFiles(image.recipe) : []) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await writeFile(join(context, path), content);
  }
  await mkdir(join(context, 'node_modules/@hearth'), { recursive: true });
  await symlink('../../operators/pages', join(context, 'node_modules/@hearth/pages'));
  const there = await releaseOf(join(context, module));
  expect(there).toMatch(/^[0-9a-f]{12}$/);
  expect(there).toBe(await releaseOf(join(repository, module)));
  await rm(context, { recursive: true });
});

/** What names the files that a module reads for pages, all together. */
async function releaseOf(module: string): Promise<string> {
  const script = 'console.log((await import(process.argv[1])).assets.release)';
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script, module]);
  return stdout;
}
