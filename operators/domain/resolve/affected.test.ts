import { describe, expect, test } from 'vitest';
import { affectedBy } from './affected.ts';
import {
  app,
  binding,
  catalogueOf,
  db,
  definition,
  externalTraefik,
  identity,
  postgres,
  running,
  shared,
  traefik,
} from './fixtures.ts';
import { indexInstalled } from './installed.ts';

const wiki = definition('wiki', {
  integrations: [
    { name: 'sso', kind: 'SSOClient', strategy: 'oidc' },
    { name: 'route', kind: 'Route', port: 'http' },
  ],
});
const rss = definition('rss', { integrations: [db()] });
const catalogue = catalogueOf(wiki, rss, postgres, identity, traefik);
const usesPostgres = { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) };
const apps = [
  app('home/bound', { definition: 'rss' }, usesPostgres),
  app('home/lacking', { definition: 'rss' }),
  app('home/open', { definition: 'wiki' }, { status: running() }),
  app(
    'home/off',
    {
      definition: 'wiki',
      integrations: [
        { name: 'sso', mode: 'Off' },
        { name: 'route', mode: 'Off' },
      ],
    },
    { status: running() },
  ),
  app('work/open', { definition: 'wiki' }, { status: running() }),
  shared,
];
const installed = indexInstalled(apps, catalogue);
const names = (change: Parameters<typeof affectedBy>[0]) =>
  affectedBy(change, installed, catalogue).map(({ namespace, name }) => `${namespace}/${name}`);

describe('a change concerns', () => {
  test('an App: those that use it and those that lack something; not itself', () => {
    expect(names({ app: shared })).toEqual(['home/bound', 'home/lacking']);
  });

  test('an App that could fill an empty slot: those that it may serve', () => {
    expect(names({ app: app('home/identity') })).toEqual(['home/lacking', 'home/open']);
    expect(names({ app: externalTraefik })).toEqual(['home/lacking', 'home/open', 'work/open']);
  });

  test('a definition: its Apps, who uses them, and who lacks something', () => {
    expect(names({ definition: postgres })).toEqual([
      'hearth-providers/postgres',
      'home/lacking',
      'home/bound',
    ]);
  });

  test('a definition that could fill an empty slot', () => {
    expect(names({ definition: identity })).toEqual(['home/lacking', 'home/open', 'work/open']);
  });

  test('nobody, where it is neither used nor wanted', () => {
    expect(names({ app: app('home/x', { definition: 'unknown' }) })).toEqual(['home/lacking']);
  });
});

test('a slot that lists other definitions is not concerned', () => {
  const picky = definition('picky', {
    integrations: [
      { name: 'sso', kind: 'SSOClient', strategy: 'oidc', compatible: [{ definition: 'keycloak' }] },
    ],
  });
  const known = catalogueOf(picky, identity);
  const here = indexInstalled([app('home/picky', {}, { status: running() })], known);
  expect(affectedBy({ definition: identity }, here, known)).toEqual([]);
  expect(affectedBy({ app: app('home/identity') }, here, known)).toEqual([]);
});

test('Apps that use each other in a circle have an order all the same', () => {
  const peers = [
    app('home/a', { definition: 'wiki' }, { status: running([binding('sso', 'SSOClient', 'home/b')]) }),
    app('home/b', { definition: 'wiki' }, { status: running([binding('sso', 'SSOClient', 'home/a')]) }),
  ];
  expect(
    affectedBy({ definition: wiki }, indexInstalled(peers, catalogue), catalogue).map(({ name }) => name),
  ).toEqual(['b', 'a']);
});
