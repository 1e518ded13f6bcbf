import { Connection, Database, indexInstalled, SSOClient } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { connectionsByProvider, databasesByProvider } from '../indexes.ts';
import { appOf, definitionOf } from '../testing/fixtures.ts';
import { networkPolicy } from '../workload/network-policy.ts';
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

const byHand = (
  kind: typeof Connection | typeof SSOClient,
  namespace: string,
  spec: object,
  status: object,
) => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: { namespace, name: 'own' },
  spec: { providerRef: { namespace: 'hearth-providers', name: 'pg' }, ...spec },
  status,
});
const connection = (namespace: string, status: object = { bindingHash: 'h' }) =>
  byHand(Connection, namespace, { role: 'server' }, status);
const client = (namespace: string, strategy: string) =>
  byHand(SSOClient, namespace, { strategy }, { bindingHash: 'h' });

const indexes = [databasesByProvider, connectionsByProvider];

const callers = (objects: readonly Resource[], gateway?: { namespace: string; name: string }) => {
  const installed = indexInstalled([provider], new Map());
  return callersOf(
    { app: provider, installed, catalogue: new Map(), definition: undefined },
    gateway,
    fakeContext({ objects, indexes }).read,
  );
};

it.each<[string, Resource[], string[]]>([
  ['whose Database it holds', [database('lab'), database('lab')], ['lab']],
  ['that it may not serve', [database('evil')], []],
  ['whose Database is an App’s', [database('lab', 'rss')], []],
  ['that were given its address by hand', [connection('lab')], ['lab']],
  ['not yet given it', [connection('lab', {})], []],
  ['given an account in it', [client('lab', 'ldap')], ['lab']],
  ['whose people sign in there by the gateway', [client('lab', 'oidc')], []],
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

describe('an identity provider', () => {
  const ports = [
    { name: 'http', port: 8080, protocol: 'HTTP' },
    { name: 'admin', port: 9091, protocol: 'TCP' },
  ];
  const identity = definitionOf('identity', {
    workloads: [{ name: 'identity', ports }],
    integrations: [{ name: 'route', kind: 'Route', required: true, port: 'http' }],
    provides: [{ kind: 'SSOClient', strategies: ['oidc', 'forward-auth'], port: 'admin' }],
  });
  const wiki = definitionOf('wiki', {
    integrations: [
      { name: 'oidc', kind: 'SSOClient', strategy: 'oidc', redirects: ['/cb'] },
      { name: 'ldap', kind: 'SSOClient', strategy: 'ldap' },
      { name: 'peer', kind: 'Connection', role: 'server' },
    ],
  });
  const login = appOf('identity');
  const uses = (name: string, slot: string, kind: string) =>
    appOf(
      name,
      { definition: 'wiki' },
      {
        status: {
          observedGeneration: 1,
          bindings: [
            { name: slot, kind, state: 'Bound', providerRef: { namespace: 'home', name: 'identity' } },
          ],
        },
      },
    );
  const catalogue = new Map([identity, wiki].map((each) => [each.metadata.name, each]));
  const apps = [
    login,
    uses('a', 'oidc', 'SSOClient'),
    uses('b', 'ldap', 'SSOClient'),
    uses('c', 'peer', 'Connection'),
  ];
  const found = callersOf(
    { app: login, installed: indexInstalled(apps, catalogue), catalogue, definition: identity },
    undefined,
    fakeContext({ indexes }).read,
  );

  it('is dialled by apps that ask it themselves, and by none that sends people there', () => {
    expect(found.consumers.map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('is managed by Hearth alone', () => {
    expect(found.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    const policy = networkPolicy({ app: login }, { ...found, gateway: 'traefik' });
    expect(policy.spec?.ingress).toMatchObject([
      { from: [{ podSelector: {} }, { namespaceSelector: {} }] },
      { from: [{ namespaceSelector: {} }, {}, {}], ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
    expect(policy.spec?.ingress?.[0]).not.toHaveProperty('ports');
  });

  it('may be managed on the port on which people reach it, as Keycloak is', () => {
    const keycloak = definitionOf('keycloak', {
      workloads: [{ name: 'app', ports }],
      integrations: [{ name: 'route', kind: 'Route', required: true, port: 'http' }],
      provides: [{ kind: 'SSOClient', api: 'keycloak', strategies: ['oidc'], port: 'http' }],
    });
    const { ports: open } = callersOf(
      { app: login, installed: indexInstalled([], catalogue), catalogue, definition: keycloak },
      undefined,
      fakeContext({ indexes }).read,
    );
    expect(open).toBeUndefined();
  });
});
