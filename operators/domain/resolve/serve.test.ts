import { describe, expect, test } from 'vitest';
import {
  app,
  binding,
  conflicting,
  db,
  definition,
  everyone,
  outcomes,
  postgres,
  resolveIn,
  rss,
  running,
  shared,
} from './fixtures.ts';

describe('who serves whom', () => {
  test.each([
    ['its own namespace', app('home/postgres'), true],
    [
      'others out of hearth-providers, when shared with all',
      app('hearth-providers/postgres', everyone),
      true,
    ],
    [
      'others out of hearth-providers, when shared with them',
      app('hearth-providers/postgres', { share: { namespaces: ['home'] } }),
      true,
    ],
    ['nobody out of hearth-providers, unshared', app('hearth-providers/postgres'), false],
    [
      'nobody out of hearth-providers, shared with others',
      app('hearth-providers/postgres', { share: { namespaces: ['work'] } }),
      false,
    ],
    ['no foreign namespace, however shared', app('work/postgres', everyone), false],
  ])('a provider serves %s', (_, provider, serves) => {
    const optional = definition('rss', { integrations: [{ ...db(), required: false }] });
    const result = resolveIn(app('home/rss'), { catalogue: [optional, postgres], apps: [provider] });
    const key = `${provider.metadata.namespace}/${provider.metadata.name}`;
    expect(outcomes(result)).toEqual([serves ? `db: Bound ${key}` : 'db: Unbound']);
  });

  test('an App doesn’t serve itself', () => {
    const both = definition('postgres', {
      integrations: [{ ...db(), required: false }],
      provides: [{ kind: 'Database', engine: 'postgresql' }],
    });
    expect(
      outcomes(resolveIn(app('home/postgres'), { catalogue: [both], apps: [app('home/postgres')] })),
    ).toEqual(['db: Unbound']);
  });

  test('an external App serves like any other and needs nothing itself', () => {
    const nas = app('home/nas', { definition: 'postgres', external: { host: 'nas.lan' } });
    expect(outcomes(resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [nas] }))).toEqual([
      'db: Bound home/nas',
    ]);
    const needy = definition('postgres', {
      integrations: [db()],
      provides: postgres.spec.provides?.map((offer) => ({ ...offer })) ?? [],
    });
    expect(outcomes(resolveIn(nas, { catalogue: [needy] }))).toEqual([]);
  });

  test('a provider that is being deleted serves those that it serves and nobody new', () => {
    const leaving = app('hearth-providers/postgres', everyone, {
      metadata: { name: 'postgres', deletionTimestamp: 'now' },
      status: running(),
    });
    const home = { catalogue: [rss, postgres], apps: [leaving] };
    expect(conflicting(resolveIn(app('home/rss'), home)).reason).toBe('ProviderBeingDeleted');
    const bound = app(
      'home/rss',
      {},
      { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) },
    );
    expect(outcomes(resolveIn(bound, home))).toEqual(['db: Bound hearth-providers/postgres']);
  });

  test('what was made for one App alone is no candidate for another', () => {
    const dedicated = app(
      'hearth-providers/postgres-wiki',
      { definition: 'postgres', ...everyone },
      { metadata: { name: 'postgres-wiki', annotations: { 'apps.hearth.dev/dedicated-to': 'home/wiki' } } },
    );
    const home = {
      catalogue: [rss, postgres, definition('wiki', { integrations: [db()] })],
      apps: [shared, dedicated],
    };
    expect(outcomes(resolveIn(app('home/rss'), home))).toEqual(['db: Bound hearth-providers/postgres']);
    expect(outcomes(resolveIn(app('home/wiki'), home))).toEqual(['db: Bound hearth-providers/postgres-wiki']);
  });
});
