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
    expect(names({ app: app('home/x', { definition: 'unknown' }) })).toEqual([]);
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

describe('who else uses a provider', () => {
  const user = app('home/user', { definition: 'rss' }, usesPostgres);
  const lonely = definition('lonely', {
    integrations: [db({ engine: 'postgresql', isolation: 'instance' })],
  });
  const waiting = app('home/waiting', { definition: 'lonely' });
  const affected = (known: ReturnType<typeof catalogueOf>, change: Parameters<typeof affectedBy>[0]) =>
    affectedBy(change, indexInstalled([...apps, user, waiting], known), known).map(({ name }) => name);

  test('concerns nobody', () => {
    expect(affected(catalogueOf(rss, wiki, postgres), { app: user })).toEqual([]);
  });

  test('concerns whoever has or lacks such a one, where somebody may want it alone', () => {
    const known = catalogueOf(rss, wiki, postgres, lonely);
    expect(affected(known, { app: user })).toEqual(['bound', 'lacking', 'waiting']);
  });

  test('concerns them too when the definition changes of one that may have it alone', () => {
    const holder = app('home/holder', { definition: 'lonely' }, usesPostgres);
    const known = catalogueOf(rss, postgres);
    const here = indexInstalled([holder, user, shared], known);
    expect(affectedBy({ definition: lonely }, here, known).map(({ name }) => name)).toEqual([
      'holder',
      'user',
    ]);
    expect(affectedBy({ definition: definition('lonely') }, here, known).map(({ name }) => name)).toEqual([
      'holder',
    ]);
  });
});

test('an App that is stalled is concerned by every provider, though nothing of it is empty', () => {
  const condition = {
    status: 'True',
    reason: 'ChoiceNeeded',
    message: '',
    lastTransitionTime: 'now',
  } as const;
  const stalled = app(
    'home/stalled',
    { definition: 'rss' },
    { status: { ...usesPostgres.status, conditions: [{ ...condition, type: 'Stalled' }] } },
  );
  const here = indexInstalled([stalled], catalogue);
  expect(affectedBy({ app: app('home/traefik') }, here, catalogue)).toEqual([
    { namespace: 'home', name: 'stalled' },
  ]);
});
