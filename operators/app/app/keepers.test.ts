import { Database } from '@hearth/domain';
import { keyOf, keyText } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { databasesByProvider } from '../indexes.ts';
import { appOf } from '../testing/fixtures.ts';
import { databasesIn } from './keepers.ts';

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
