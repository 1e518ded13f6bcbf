import type { ResolvedBinding } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { integrationObjects } from './integration-objects.ts';

const provider = { namespace: 'hearth-providers', name: 'p' };
const route = { name: 'route', kind: 'Route', workload: 'web', port: 'http' };

/** What is made for the slots of a definition, all of them bound but those that are named. */
function objectsFor(slots: readonly object[], spec: object = {}, unbound: readonly string[] = []) {
  const ports = [{ name: 'http', port: 8080, protocol: 'HTTP' }];
  const definition = definitionOf('x', {
    title: 'The X',
    workloads: [{ name: 'app' }, { name: 'web', image: 'app', ports }],
    integrations: slots,
  });
  const bindings = (definition.spec.integrations ?? []).map(
    (slot): ResolvedBinding =>
      unbound.includes(slot.name)
        ? { slot, state: 'Unbound', reason: '' }
        : { slot, state: 'Bound', provider, reason: '' },
  );
  return integrationObjects(inputOf(definition, appOf('x', spec)), bindings);
}

describe('a slot’s resource', () => {
  it('asks for a database that goes or stays with the App', () => {
    const needs = { engine: 'postgresql', extensions: ['hstore'] };
    expect(objectsFor([{ name: 'db', kind: 'Database', needs }], { deletion: 'Delete' })).toMatchObject([
      {
        kind: 'Database',
        metadata: { namespace: 'home', name: 'x-db' },
        spec: {
          engine: 'postgresql',
          providerRef: provider,
          owner: 'x',
          deletion: 'Delete',
          extensions: ['hstore'],
        },
      },
    ]);
  });

  it('leads a route to the port of a workload', () => {
    const [object] = objectsFor([route], { host: 'photos', access: { groups: ['family'] } });
    expect(object).toMatchObject({
      kind: 'Route',
      spec: { host: 'photos', service: 'x-web', port: 8080, exposure: 'lan', access: { groups: ['family'] } },
    });
    expect(object?.spec).not.toHaveProperty('signOn');
  });

  it('asks for what another app is', () => {
    expect(objectsFor([{ name: 'peer', kind: 'Connection', role: 'downloadClient' }])).toMatchObject([
      {
        kind: 'Connection',
        metadata: { name: 'x-peer' },
        spec: { role: 'downloadClient', providerRef: provider },
      },
    ]);
  });

  it('asks for a place with the identity provider, after the Route by which people sign in', () => {
    const paths = { redirects: ['/cb'], signOut: '/out' };
    const sso = { name: 'sso', kind: 'SSOClient', strategy: 'oidc', ...paths, pkce: 'optional' };
    expect(objectsFor([sso, route], { access: { groups: ['family'] } })).toMatchObject([
      { kind: 'Route', metadata: { name: 'x-route' }, spec: { signOn: { client: 'x-sso' } } },
      {
        kind: 'SSOClient',
        metadata: { name: 'x-sso' },
        spec: {
          providerRef: provider,
          strategy: 'oidc',
          route: 'x-route',
          redirects: ['/cb'],
          signOut: '/out',
          pkce: 'optional',
          access: { groups: ['family'] },
          title: 'The X',
        },
      },
    ]);
  });

  it('guards a route by the gateway where it can be asked to', () => {
    const door = { name: 'door', kind: 'SSOClient', strategy: 'forward-auth', open: ['/api/'] };
    const own = { name: 'own', kind: 'SSOClient', strategy: 'oidc', redirects: ['/cb'] };
    const objects = objectsFor([own, door, route]);
    expect(objects[0]).toMatchObject({ kind: 'Route', spec: { signOn: { client: 'x-door' } } });
    expect(objects.at(-1)).toMatchObject({ metadata: { name: 'x-door' }, spec: { open: ['/api/'] } });
  });

  it('lets an app ask the directory by itself, with or without an address', () => {
    const ldap = { name: 'ldap', kind: 'SSOClient', strategy: 'ldap' };
    const [way, client] = objectsFor([ldap, route]);
    expect(way?.spec).not.toHaveProperty('signOn');
    expect(client).toMatchObject({ spec: { strategy: 'ldap', route: 'x-route' } });
    expect(objectsFor([ldap, route], {}, ['route'])).toMatchObject([{ kind: 'SSOClient' }]);
  });

  it('is not made where people would have no address at which to sign in', () => {
    const sso = { name: 'sso', kind: 'SSOClient', strategy: 'oidc', redirects: ['/cb'] };
    expect(objectsFor([sso, route], {}, ['route'])).toEqual([]);
  });

  it.each([
    ['NoPort', { name: 'route', kind: 'Route', port: 'http' }],
    ['NoPort', { name: 'route', kind: 'Route', workload: 'nope', port: 'http' }],
    ['NoAdapter', { name: 'db', kind: 'Database', needs: { engine: 'mysql' } }],
  ])('is refused where there can be none: %s', (reason, slot) => {
    expect(() => objectsFor([slot])).toThrow(expect.objectContaining({ name: 'Stalled', reason }));
  });
});
