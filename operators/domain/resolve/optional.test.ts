import { describe, expect, test } from 'vitest';
import {
  app,
  binding,
  conflicting,
  db,
  definition,
  everyone,
  identity,
  keycloak,
  outcomes,
  planned,
  postgres,
  resolveIn,
  running,
  shared,
  traefik,
} from './fixtures.ts';

describe('optional slots', () => {
  const sso = (linking?: 'username') =>
    definition('wiki', {
      integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'oidc', ...(linking ? { linking } : {}) }],
    });
  const ready = app('hearth-providers/identity', everyone, { status: running() });
  const starting = app('hearth-providers/identity', everyone);

  test('at the first installation they take the only provider, of any kind, Ready or not', () => {
    const all = definition('wiki', {
      integrations: [
        { name: 'sso', kind: 'SSOClient', strategy: 'oidc' },
        { ...db(), required: false },
      ],
    });
    const apps = [starting, app('hearth-providers/postgres', everyone)];
    expect(outcomes(resolveIn(app('home/wiki'), { catalogue: [all, identity, postgres], apps }))).toEqual([
      'db: Bound hearth-providers/postgres',
      'sso: Bound hearth-providers/identity',
    ]);
  });

  test('at the first installation two candidates are a choice to make, which Off may be', () => {
    const home = {
      catalogue: [sso(), identity, keycloak],
      apps: [ready, app('hearth-providers/keycloak', everyone)],
    };
    const conflict = conflicting(resolveIn(app('home/wiki'), home));
    expect(conflict.reason).toBe('ChoiceNeeded');
    expect(conflict.fix).toContain('Off');
    const off = app('home/wiki', { integrations: [{ name: 'sso', mode: 'Off' }] });
    expect(outcomes(resolveIn(off, home))).toEqual(['sso: Off']);
  });

  test.each([
    [
      'sign-on with linking is wired once the provider is Ready',
      sso('username'),
      ready,
      'sso: Bound hearth-providers/identity',
      [],
    ],
    ['sign-on with linking waits for the provider', sso('username'), starting, 'sso: Unbound', []],
    ['sign-on without linking is offered', sso(), ready, 'sso: Unbound', ['sso']],
  ])('late arrival: %s', (_, wiki, provider, outcome, offers) => {
    const result = planned(
      resolveIn(app('home/wiki', {}, { status: running() }), {
        catalogue: [wiki, identity],
        apps: [provider],
      }),
    );
    expect(outcomes(result)).toEqual([outcome]);
    expect(result.offers.map(({ slot }) => slot)).toEqual(offers);
  });

  test('late arrival: a route is wired, a database is offered, and wired when it is chosen', () => {
    const late = definition('wiki', {
      integrations: [
        { name: 'route', kind: 'Route', port: 'http' },
        { ...db(), required: false },
      ],
    });
    const home = {
      catalogue: [late, postgres, traefik],
      apps: [
        shared,
        app(
          'hearth-providers/traefik',
          { external: { host: 'x', ports: [] }, ...everyone },
          { status: running() },
        ),
      ],
    };
    const result = planned(resolveIn(app('home/wiki', {}, { status: running() }), home));
    expect(outcomes(result)).toEqual(['db: Unbound', 'route: Bound hearth-providers/traefik']);
    expect(result.offers).toMatchObject([
      { slot: 'db', providers: [{ namespace: 'hearth-providers', name: 'postgres' }] },
    ]);
    const accepted = app(
      'home/wiki',
      { integrations: [{ name: 'db', providerRef: { namespace: 'hearth-providers', name: 'postgres' } }] },
      { status: running() },
    );
    expect(outcomes(resolveIn(accepted, home))).toContain('db: Bound hearth-providers/postgres');
  });

  test('late arrival: of two, neither is taken and both are offered', () => {
    const apps = [ready, app('hearth-providers/keycloak', everyone, { status: running() })];
    const result = planned(
      resolveIn(app('home/wiki', {}, { status: running() }), {
        catalogue: [sso('username'), identity, keycloak],
        apps,
      }),
    );
    expect(outcomes(result)).toEqual(['sso: Unbound']);
    expect(result.offers[0]?.providers).toHaveLength(2);
  });

  test('Off is respected whatever arrives', () => {
    const off = app(
      'home/wiki',
      { integrations: [{ name: 'sso', mode: 'Off' }] },
      { status: running([binding('sso', 'SSOClient', 'hearth-providers/identity')]) },
    );
    const result = planned(resolveIn(off, { catalogue: [sso('username'), identity], apps: [ready] }));
    expect(outcomes(result)).toEqual(['sso: Off']);
    expect(result.offers).toEqual([]);
  });

  test('a chosen provider that isn’t there is waited for, not a failure', () => {
    const wanted = app('home/wiki', {
      integrations: [{ name: 'sso', providerRef: { namespace: 'home', name: 'identity' } }],
    });
    expect(outcomes(resolveIn(wanted, { catalogue: [sso(), identity], apps: [ready] }))).toEqual([
      'sso: Unbound',
    ]);
  });

  test('at the first installation one that is joined to this App already is joined afterwards', () => {
    const role = (name: string, on: string) =>
      definition(name, {
        integrations: [{ name: 'peer', kind: 'Connection', role: on }],
        provides: [{ kind: 'Connection', role: name }],
      });
    const catalogue = [role('a', 'b'), role('b', 'a')];
    const waiting = { observedGeneration: 1, bindings: [binding('peer', 'Connection', 'home/a', 'Waiting')] };
    const joined = app('home/b', {}, { status: waiting });
    expect(outcomes(resolveIn(app('home/a'), { catalogue, apps: [joined] }))).toEqual(['peer: Unbound']);
    expect(outcomes(resolveIn(app('home/a'), { catalogue, apps: [app('home/b')] }))).toEqual([
      'peer: Bound home/b',
    ]);
  });
});
