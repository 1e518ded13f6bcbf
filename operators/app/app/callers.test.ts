import { Database, indexInstalled } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { databasesByProvider } from '../indexes.ts';
import { appOf } from '../testing/fixtures.ts';
import { callersOf } from './callers.ts';

const app = appOf('pg', { share: { namespaces: ['lab'] } });
const provider = { ...app, metadata: { ...app.metadata, namespace: 'hearth-providers' } };

function database(namespace: string, owner?: string): Resource {
  const reference = {
    apiVersion: app.apiVersion,
    kind: 'App',
    name: owner ?? '',
    uid: 'u',
    controller: true,
  };
  return {
    apiVersion: Database.apiVersion,
    kind: Database.kind,
    metadata: { namespace, name: `${owner ?? 'own'}-db`, ...(owner && { ownerReferences: [reference] }) },
    ...{ spec: { providerRef: { namespace: 'hearth-providers', name: 'pg' } }, status: { database: 'made' } },
  };
}

const callers = (objects: readonly Resource[], gateway?: { namespace: string; name: string }) => {
  const installed = indexInstalled([provider], new Map());
  return callersOf(
    { app: provider, installed },
    gateway,
    fakeContext({ objects, indexes: [databasesByProvider] }).read,
  );
};

it.each<[string, Resource[], string[]]>([
  ['whose Database it holds', [database('lab'), database('lab')], ['lab']],
  ['that it may not serve', [database('evil')], []],
  ['whose Database is an App’s', [database('lab', 'rss')], []],
])('a provider is open to namespaces %s', (_, objects, namespaces) => {
  expect(callers(objects)).toMatchObject({ namespaces });
});

it.each<[string, object | undefined, string | undefined]>([
  ['its own namespace', {}, 'hearth-providers'],
  ['that of the Service which it is', { external: { host: 'traefik.kube-system.svc' } }, 'kube-system'],
  ['none, where it is outside of the cluster', { external: { host: '192.0.2.1' } }, undefined],
  ['none, where it is gone', undefined, undefined],
])('the gateway calls from %s, with or without its definition', (_, spec, namespace) => {
  const traefik = appOf('traefik', spec);
  const metadata = { ...traefik.metadata, namespace: 'hearth-providers' };
  const objects = spec === undefined ? [] : [{ ...traefik, metadata }];
  expect(callers(objects, { namespace: 'hearth-providers', name: 'traefik' }).gateway).toBe(namespace);
});
