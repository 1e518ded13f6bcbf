import { Database, SSOClient } from '@hearth/domain';
import { keyOf, keyText, type Resource, Secret } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { databasesByProvider } from '../indexes.ts';
import { appOf } from '../testing/fixtures.ts';
import { clientsIn, databasesIn } from './keepers.ts';

const database = (namespace: string, made: boolean, owner?: string): Database => ({
  apiVersion: Database.apiVersion,
  kind: 'Database',
  metadata: {
    namespace,
    name: 'notes',
    ...(owner && {
      ownerReferences: [{ apiVersion: 'v1', kind: 'App', name: owner, uid: 'u', controller: true }],
    }),
  },
  spec: Database.spec.parse({ providerRef: { namespace: 'home', name: 'pg' } }) as Database['spec'],
  status: { observedGeneration: 1, ...(made && { database: 'home_notes' }) },
});

it.each([
  ['a Database that it holds', database('home', true), ['home/notes']],
  ['none that was never made', database('home', false), []],
  ['none of a namespace that it may not serve', database('evil', true), []],
  ['none that an App asked for which counts already', database('home', true, 'rss'), []],
  ['one whose App doesn’t count', database('home', true, 'gone'), ['home/notes']],
])('an App serves %s', (_, there, users) => {
  const { read } = fakeContext({ objects: [there], indexes: [databasesByProvider] });
  const held = databasesIn(appOf('pg'), [{ namespace: 'home', name: 'rss' }], read);
  expect(held.map((each) => keyText(keyOf(each)))).toEqual(users);
});

const identity = appOf('identity', { share: { namespaces: ['home'] } });
const provider = { ...identity, metadata: { ...identity.metadata, namespace: 'hearth-providers' } };
const here = { namespace: 'hearth-providers', name: 'identity' };
const elsewhere = { namespace: 'hearth-providers', name: 'keycloak' };

const ownedBy = (kind: string, name: string, uid: string) => ({
  ownerReferences: [{ apiVersion: SSOClient.apiVersion, kind, name, uid, controller: true }],
});
const ssoClient = (
  providerRef: object,
  status: object,
  { namespace = 'home', owner = '' } = {},
): Resource => ({
  apiVersion: SSOClient.apiVersion,
  kind: SSOClient.kind,
  metadata: { namespace, name: 'sso', uid: 'sso', ...(owner && ownedBy('App', owner, 'u')) },
  ...{ spec: { providerRef }, status },
});
const secretIn = (namespace: string): Resource => ({
  apiVersion: 'v1',
  kind: Secret.kind,
  metadata: { namespace, name: 'sso-binding', ...ownedBy(SSOClient.kind, 'sso', 'sso') },
});

it.each<[string, Resource[], string[]]>([
  ['an SSOClient that is with it', [ssoClient(here, { provider: here })], ['home/sso']],
  ['one that is on its way elsewhere', [ssoClient(elsewhere, { provider: here })], ['home/sso']],
  [
    'one that came there, until nobody signs in by the old client',
    [ssoClient(elsewhere, { provider: elsewhere, leaving: [here] })],
    ['home/sso'],
  ],
  ['one that is being made', [ssoClient(here, {}), secretIn('home')], ['home/sso']],
  ['none for which nothing was ever made', [ssoClient(here, {})], []],
  [
    'none of a namespace that it may not serve',
    [ssoClient(here, {}, { namespace: 'evil' }), secretIn('evil')],
    [],
  ],
  ['none that is elsewhere', [ssoClient(elsewhere, { provider: elsewhere })], []],
  ['none of an App which counts already', [ssoClient(here, { provider: here }, { owner: 'rss' })], []],
  ['one whose App is gone', [ssoClient(here, { provider: here }, { owner: 'gone' })], ['home/sso']],
])('an identity provider serves %s', (_, objects, users) => {
  const { read } = fakeContext({ objects });
  const held = clientsIn(provider, [{ namespace: 'home', name: 'rss' }], read);
  expect(held.map((each) => keyText(keyOf(each)))).toEqual(users);
});
