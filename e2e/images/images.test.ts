import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
