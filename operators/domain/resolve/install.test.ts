import { describe, expect, test } from 'vitest';
import {
  app,
  binding,
  conflicting,
  db,
  definition,
  everyone,
  externalTraefik,
  identity,
  installs,
  outcomes,
  planned,
  postgres,
  resolveIn,
  rss,
  running,
  shared,
  traefik,
} from './fixtures.ts';

describe('needs', () => {
  test.each([
    ['another engine', { engine: 'mysql' }, 'is postgresql, not mysql'],
    ['a newer version', { version: '>=16' }, 'has version 15.4, and >=16 is needed'],
    ['an extension', { extensions: ['postgis', 'hstore'] }, 'lacks the extension postgis'],
    ['an isolation', { isolation: 'instance' as const }, 'by database and role, not by instance'],
  ])('the definition falls short: %s', (_, needs, words) => {
    const needy = definition('rss', { integrations: [db(needs)] });
    const conflict = conflicting(resolveIn(app('home/rss'), { catalogue: [needy, postgres] }));
    expect(conflict.reason).toBe('NeedsUnmet');
    expect(conflict.message).toContain(words);
  });

  const versionless = definition('postgres', {
    versions: [{ version: '17.2', images: { app: 'postgres:17.2' } }],
    provides: [{ kind: 'Database', engine: 'postgresql' }],
  });
  const modern = definition('rss', { integrations: [db({ version: '>=16' })] });
  const old = app('hearth-providers/postgres', {
    version: '15.4',
    external: { host: 'nas.lan' },
    ...everyone,
  });

  test('an installed provider that falls short is left, and one is made for this App alone', () => {
    const { installs: made } = planned(
      resolveIn(app('home/rss'), { catalogue: [modern, versionless], apps: [old] }),
    );
    expect(made).toMatchObject([
      {
        ref: { namespace: 'hearth-providers', name: 'postgres-rss' },
        dedicated: 'hearth-providers/postgres has version 15.4, and >=16 is needed.',
      },
    ]);
  });

  test('one that is only not shared is no reason to make one for this App alone', () => {
    const elsewhere = app('hearth-providers/pg', { definition: 'postgres' });
    const { installs: made } = planned(
      resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [elsewhere] }),
    );
    expect(made).toMatchObject([{ ref: { namespace: 'hearth-providers', name: 'postgres' } }]);
    expect(made[0]).not.toHaveProperty('dedicated');
  });

  test('what is bound and falls short since is a conflict, not an exchange', () => {
    const bound = app(
      'home/rss',
      {},
      { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) },
    );
    const conflict = conflicting(resolveIn(bound, { catalogue: [modern, versionless], apps: [old] }));
    expect(conflict).toMatchObject({ reason: 'ProviderCannotServe' });
  });

  test('a standard name that is taken is taken by nobody else', () => {
    const imposter = app('hearth-providers/postgres', { definition: 'rss' });
    const result = resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [imposter] });
    expect(installs(result)).toEqual(['hearth-providers/postgres-rss']);
    const twins = [imposter, app('hearth-providers/postgres-rss', { definition: 'rss' })];
    const [third] = installs(resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: twins }));
    expect(third).toMatch(/^hearth-providers\/postgres-rss-[0-9a-f]{8}$/);
  });

  test('the name of a provider made for a long-named App is not too long', () => {
    const wanted = app(`home/${'x'.repeat(40)}`, { definition: 'rss' });
    const [made] = installs(resolveIn(wanted, { catalogue: [modern, versionless], apps: [old] }));
    expect(made?.replace('hearth-providers/', '')).toMatch(/^postgres-x+-[0-9a-f]{8}$/);
    expect(made?.length).toBe('hearth-providers/'.length + 36);
  });

  test('a provider whose definition is called by a number gets a name that an App may have', () => {
    const numbered = definition('2fauth', { provides: [{ kind: 'Mail' }] });
    const needy = definition('rss', { integrations: [{ name: 'mail', kind: 'Mail', required: true }] });
    expect(installs(resolveIn(app('home/rss'), { catalogue: [needy, numbered] }))).toEqual([
      'hearth-providers/app-2fauth',
    ]);
  });

  const valkey = definition('valkey', {
    provides: [{ kind: 'Cache', engine: 'redis', isolation: ['prefix', 'instance'] }],
  });
  const cache = (isolation: 'prefix' | 'instance') =>
    definition(`by-${isolation}`, {
      integrations: [
        {
          name: 'cache',
          kind: 'Cache',
          required: true,
          needs: { isolation },
          compatible: [{ definition: 'valkey' }],
        },
      ],
    });

  test('an instance for one App alone is made for it, and serves nobody else', () => {
    const catalogue = [valkey, cache('prefix'), cache('instance')];
    const alone = planned(resolveIn(app('home/by-instance'), { catalogue }));
    expect(alone.installs).toMatchObject([
      { ref: { name: 'valkey-by-instance' }, dedicated: 'It needs an instance to itself.' },
    ]);
    const holder = app(
      'home/by-instance',
      {},
      { status: running([binding('cache', 'Cache', 'home/valkey')]) },
    );
    const home = { catalogue, apps: [holder, app('home/valkey')] };
    expect(outcomes(resolveIn(holder, home))).toEqual(['cache: Bound home/valkey']);
    expect(installs(resolveIn(app('home/by-prefix'), home))).toEqual(['hearth-providers/valkey-by-prefix']);
  });

  test('an instance that others use already can’t be for one App alone', () => {
    const user = app('home/by-prefix', {}, { status: running([binding('cache', 'Cache', 'home/valkey')]) });
    const result = resolveIn(app('home/by-instance'), {
      catalogue: [valkey, cache('prefix'), cache('instance')],
      apps: [user, app('home/valkey')],
    });
    expect(outcomes(result)).toEqual(['cache: Bound hearth-providers/valkey-by-instance']);
  });

  test('single sign-on by its strategy, connections by their role', () => {
    const ldap = definition('ldap-only', {
      integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'ldap' }],
    });
    expect(
      outcomes(
        resolveIn(app('home/ldap-only'), { catalogue: [ldap, identity], apps: [app('home/identity')] }),
      ),
    ).toEqual(['sso: Unbound']);
    const torrent = definition('torrent', { provides: [{ kind: 'Connection', role: 'downloadClient' }] });
    const seeker = (role: string) =>
      definition('seeker', { integrations: [{ name: 'peer', kind: 'Connection', role }] });
    const outcome = (role: string) =>
      outcomes(
        resolveIn(app('home/seeker'), { catalogue: [torrent, seeker(role)], apps: [app('home/torrent')] }),
      );
    expect(outcome('downloadClient')).toEqual(['peer: Bound home/torrent']);
    expect(outcome('mediaServer')).toEqual(['peer: Unbound']);
  });

  test('kinds that this suite can’t make: a conflict where required, else left', () => {
    const supported = ['Route'] as const;
    expect(
      conflicting(resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [shared], supported }))
        .reason,
    ).toBe('KindUnsupported');
    const optional = definition('rss', { integrations: [{ ...db(), required: false }] });
    expect(
      outcomes(resolveIn(app('home/rss'), { catalogue: [optional, postgres], apps: [shared], supported })),
    ).toEqual(['db: Unbound']);
  });
});

describe('what is never installed', () => {
  const web = definition('web', {
    integrations: [{ name: 'route', kind: 'Route', required: true, port: 'http' }],
  });

  test('a definition without workloads: it is registered, not installed', () => {
    const conflict = conflicting(resolveIn(app('home/web'), { catalogue: [web, traefik] }));
    expect(conflict.reason).toBe('ProviderIsExternal');
    expect(conflict.fix).toContain('traefik');
    const named = definition('web', {
      integrations: [
        {
          name: 'route',
          kind: 'Route',
          required: true,
          port: 'http',
          compatible: [{ definition: 'traefik', default: true }],
        },
      ],
    });
    expect(conflicting(resolveIn(app('home/web'), { catalogue: [named, traefik] })).reason).toBe(
      'ProviderIsExternal',
    );
    expect(
      outcomes(resolveIn(app('home/web'), { catalogue: [web, traefik], apps: [externalTraefik] })),
    ).toEqual(['route: Bound hearth-providers/traefik']);
  });

  test('nor is an App of one that doesn’t say where it runs', () => {
    expect(conflicting(resolveIn(app('home/traefik'), { catalogue: [traefik] })).reason).toBe(
      'DefinitionIsExternal',
    );
    expect(planned(resolveIn(externalTraefik, { catalogue: [traefik] })).version).toBe('');
  });

  test('anything for an optional slot', () => {
    const optional = definition('rss', { integrations: [{ ...db(), required: false }] });
    const result = resolveIn(app('home/rss'), { catalogue: [optional, postgres] });
    expect(outcomes(result)).toEqual(['db: Unbound']);
    expect(installs(result)).toEqual([]);
  });

  test('anything for an unknown definition', () => {
    expect(conflicting(resolveIn(app('home/rss'), { catalogue: [] })).reason).toBe('DefinitionUnknown');
  });
});
