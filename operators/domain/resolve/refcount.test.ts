import { describe, expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import {
  app,
  binding,
  catalogueOf,
  everyone,
  planned,
  postgres,
  resolveIn,
  rss,
  running,
} from './fixtures.ts';
import { installManifest } from './install-manifest.ts';
import { indexInstalled } from './installed.ts';
import { refOf } from './ref.ts';
import { isRemovable, requiredBy } from './refcount.ts';

const dependency = { labels: { 'apps.hearth.dev/installed-as': 'dependency' } };
const provider = app('hearth-providers/postgres', everyone, {
  metadata: { name: 'postgres', ...dependency },
});
const user = (key: string, state: 'Bound' | 'Waiting' | 'Off') =>
  app(
    key,
    { definition: 'rss' },
    { status: running([binding('db', 'Database', 'hearth-providers/postgres', state)]) },
  );
const index = (...apps: ReturnType<typeof app>[]) => indexInstalled(apps, catalogueOf(rss, postgres));

test('who is bound, waits or chooses uses a provider; who is Off doesn’t', () => {
  const choosing = app('home/d', {
    definition: 'rss',
    integrations: [{ name: 'db', providerRef: refOf(provider) }],
  });
  const installed = index(
    provider,
    user('home/b', 'Waiting'),
    user('home/a', 'Bound'),
    user('home/c', 'Off'),
    choosing,
  );
  expect(requiredBy(refOf(provider), installed).map(({ name }) => name)).toEqual(['a', 'b', 'd']);
});

describe('a choice that can’t be carried out is no use of', () => {
  const choose = (key: string, slot: string, chosen: App, spec: Parameters<typeof app>[1] = {}) =>
    app(key, { definition: 'rss', integrations: [{ name: slot, providerRef: refOf(chosen) }], ...spec });
  const reader = app('home/reader', { definition: 'rss' });
  const own = app('home/postgres');
  const external = { external: { host: 'nas.lan' } };

  test.each<[string, App, App]>([
    ['an App that provides nothing', choose('home/x', 'db', reader), reader],
    ['an App of another namespace', choose('evil/x', 'db', own), own],
    [
      'an App that isn’t shared with it',
      choose('home/x', 'db', app('hearth-providers/postgres')),
      app('hearth-providers/postgres'),
    ],
    ['an App for which it has no slot', choose('home/x', 'cache', provider), provider],
    [
      'an App by one without a definition',
      choose('home/x', 'db', provider, { definition: 'gone' }),
      provider,
    ],
    ['an App by one that is external', choose('home/x', 'db', provider, external), provider],
  ])('%s', (_, consumer, chosen) => {
    expect(requiredBy(refOf(chosen), index(consumer, chosen))).toEqual([]);
  });
});

test('who is bound to what may no longer serve it doesn’t count either', () => {
  const unshared = app('hearth-providers/postgres');
  expect(requiredBy(refOf(unshared), index(unshared, user('home/a', 'Bound')))).toEqual([]);
});

test('who is bound stays so when the definitions leave the catalogue', () => {
  const installed = indexInstalled([provider, user('home/a', 'Bound')], catalogueOf());
  expect(requiredBy(refOf(provider), installed)).toEqual([{ namespace: 'home', name: 'a' }]);
});

test('what was installed for others and is used by nobody is offered for removal', () => {
  expect(isRemovable(provider, index(provider))).toBe(true);
  expect(isRemovable(provider, index(provider, user('home/a', 'Bound')))).toBe(false);
  expect(isRemovable(provider, index(provider, user('home/a', 'Off')))).toBe(true);
});

test('nobody uses itself', () => {
  const own = app('home/rss', {
    integrations: [{ name: 'db', providerRef: { namespace: 'home', name: 'rss' } }],
  });
  expect(requiredBy(refOf(own), index(own))).toEqual([]);
});

test('what a person installed is not, nor what is being deleted already', () => {
  const own = app('hearth-providers/postgres', everyone);
  const leaving = { ...provider, metadata: { ...provider.metadata, deletionTimestamp: 'now' } };
  for (const each of [own, leaving]) expect(isRemovable(each, index(each))).toBe(false);
});

test('an App that Hearth installs says so, and serves everyone unless it is made for one', () => {
  const [install] = planned(resolveIn(app('home/rss'), { catalogue: [rss, postgres] })).installs;
  expect(install && installManifest(install)).toEqual({
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'App',
    metadata: {
      namespace: 'hearth-providers',
      name: 'postgres',
      ...dependency,
      annotations: { 'apps.hearth.dev/installed-for': 'home/rss' },
    },
    spec: { definition: 'postgres', share: { namespaces: ['*'] } },
  });
  expect(install && installManifest({ ...install, dedicated: 'because' })).toMatchObject({
    metadata: { annotations: { 'apps.hearth.dev/dedicated-to': 'home/rss' } },
    spec: { share: { namespaces: ['home'] } },
  });
});
