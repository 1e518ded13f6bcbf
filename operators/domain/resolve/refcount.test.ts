import { expect, test } from 'vitest';
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
import { removable, requiredBy } from './refcount.ts';

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

test('what was installed for others and is used by nobody is offered for removal', () => {
  expect(removable(index(provider))).toEqual([refOf(provider)]);
  expect(removable(index(provider, user('home/a', 'Bound')))).toEqual([]);
  expect(removable(index(provider, user('home/a', 'Off')))).toEqual([refOf(provider)]);
});

test('nobody uses itself', () => {
  const own = app('home/rss', {
    integrations: [{ name: 'db', providerRef: { namespace: 'home', name: 'rss' } }],
  });
  expect(requiredBy(refOf(own), index(own))).toEqual([]);
});

test('what a person installed is not, nor what is being deleted already', () => {
  const leaving = { ...provider, metadata: { ...provider.metadata, deletionTimestamp: 'now' } };
  expect(removable(index(app('hearth-providers/postgres', everyone)))).toEqual([]);
  expect(removable(index(leaving))).toEqual([]);
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
