import { describe, expect, test } from 'vitest';
import {
  app,
  binding,
  conflicting,
  definition,
  everyone,
  identity,
  keycloak,
  outcomes,
  planned,
  postgres,
  resolveIn,
  rss,
  running,
  shared,
  traefik,
} from './fixtures.ts';

describe('a bound provider that is gone, or going', () => {
  const chosen = { integrations: [{ name: 'db', providerRef: { namespace: 'home', name: 'pg' } }] };

  test('that was chosen keeps its data too', () => {
    const wanted = app('home/rss', chosen, bound('db', 'Database', 'home/pg'));
    expect(outcomes(resolveIn(wanted, { catalogue: [rss, postgres], apps: [shared] }))).toEqual([
      'db: Bound home/pg',
    ]);
  });

  test('that was chosen goes on serving while it is being deleted', () => {
    const metadata = { name: 'pg', namespace: 'home', deletionTimestamp: 'now' };
    const leaving = app('home/pg', { definition: 'postgres' }, { metadata });
    const wanted = app('home/rss', chosen, bound('db', 'Database', 'home/pg'));
    expect(outcomes(resolveIn(wanted, { catalogue: [rss, postgres], apps: [leaving, shared] }))).toEqual([
      'db: Bound home/pg',
    ]);
  });

  const bound = (slot: string, kind: 'Database' | 'Route' | 'SSOClient', provider: string) => ({
    status: running([binding(slot, kind, provider)]),
  });

  test('data stays where it is, and the reason says so', () => {
    const result = planned(
      resolveIn(app('home/rss', {}, bound('db', 'Database', 'home/pg')), {
        catalogue: [rss, postgres],
        apps: [shared],
      }),
    );
    expect(outcomes(result)).toEqual(['db: Bound home/pg']);
    expect(result.bindings[0]?.reason).toContain('home/pg is gone');
    expect(result.installs).toEqual([]);
  });

  test('so do accounts that nothing joins to new ones', () => {
    const wiki = definition('wiki', { integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'oidc' }] });
    const apps = [app('hearth-providers/identity', everyone, { status: running() })];
    expect(
      outcomes(
        resolveIn(app('home/wiki', {}, bound('sso', 'SSOClient', 'home/keycloak')), {
          catalogue: [wiki, identity, keycloak],
          apps,
        }),
      ),
    ).toEqual(['sso: Bound home/keycloak']);
  });

  test('a route goes to the only other gateway, and to none of two', () => {
    const web = definition('web', { integrations: [{ name: 'route', kind: 'Route', port: 'http' }] });
    const gateway = (key: string) =>
      app(key, { definition: 'traefik', external: { host: 'x' } }, { status: running() });
    const wanted = app('home/web', {}, bound('route', 'Route', 'home/gone'));
    const one = resolveIn(wanted, { catalogue: [web, traefik], apps: [gateway('home/a')] });
    expect(outcomes(one)).toEqual(['route: Bound home/a']);
    expect(
      outcomes(
        resolveIn(wanted, { catalogue: [web, traefik], apps: [gateway('home/a'), gateway('home/b')] }),
      ),
    ).toEqual(['route: Unbound']);
  });

  test('a provider that no longer may serve is not kept, whatever is known of it', () => {
    const bound = app(
      'home/rss',
      {},
      { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) },
    );
    const apps = [app('hearth-providers/postgres', { share: { namespaces: ['work'] } })];
    expect(conflicting(resolveIn(bound, { catalogue: [rss, postgres], apps })).reason).toBe(
      'ProviderCannotServe',
    );
    expect(conflicting(resolveIn(bound, { catalogue: [rss], apps })).reason).toBe('ProviderCannotServe');
  });

  test('a provider whose definition is gone goes on serving', () => {
    const result = resolveIn(app('home/rss', {}, bound('db', 'Database', 'hearth-providers/postgres')), {
      catalogue: [rss],
      apps: [shared],
    });
    expect(outcomes(result)).toEqual(['db: Bound hearth-providers/postgres']);
  });
});
