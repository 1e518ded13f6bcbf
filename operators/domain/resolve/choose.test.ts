import { describe, expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import {
  app,
  binding,
  conflicting,
  db,
  definition,
  everyone,
  installs,
  outcomes,
  planned,
  postgres,
  resolveIn,
  rss,
  running,
  shared,
} from './fixtures.ts';

describe('the order of choice', () => {
  test('an installed provider is wired, not installed again', () => {
    const result = resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [shared] });
    expect(outcomes(result)).toEqual(['db: Bound hearth-providers/postgres']);
    expect(installs(result)).toEqual([]);
  });

  test('where none is installed, the default is, under the name of its definition', () => {
    const result = resolveIn(app('home/rss'), { catalogue: [rss, postgres] });
    expect(outcomes(result)).toEqual(['db: Bound hearth-providers/postgres']);
    expect(planned(result).installs).toMatchObject([
      {
        ref: { namespace: 'hearth-providers', name: 'postgres' },
        version: '1.0.0',
        for: { namespace: 'home', name: 'rss' },
      },
    ]);
    expect(planned(result).installs[0]).not.toHaveProperty('dedicated');
  });

  test('two candidates without a choice are a conflict that lists both; the default breaks no tie', () => {
    const other = app('home/pg', { definition: 'postgres' }, { status: running() });
    const conflict = conflicting(
      resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [shared, other] }),
    );
    expect(conflict.reason).toBe('ChoiceNeeded');
    expect(conflict.message).toContain('hearth-providers/postgres and home/pg');
  });

  test('a choice decides between two', () => {
    const other = app('home/pg', { definition: 'postgres' });
    const wanted = app('home/rss', {
      integrations: [{ name: 'db', providerRef: { namespace: 'home', name: 'pg' } }],
    });
    const result = resolveIn(wanted, { catalogue: [rss, postgres], apps: [shared, other] });
    expect(outcomes(result)).toEqual(['db: Bound home/pg']);
  });

  test('what is bound stays bound when a second provider comes', () => {
    const other = app('home/pg', { definition: 'postgres' }, { status: running() });
    const wanted = app('home/rss', {}, { status: running([binding('db', 'Database', 'home/pg')]) });
    const result = resolveIn(wanted, { catalogue: [rss, postgres], apps: [shared, other] });
    expect(outcomes(result)).toEqual(['db: Bound home/pg']);
  });

  test('what a slot of another kind was bound to before doesn’t count', () => {
    const other = app('home/pg', { definition: 'postgres' }, { status: running() });
    const wanted = app('home/rss', {}, { status: running([binding('db', 'Cache', 'home/pg')]) });
    const result = resolveIn(wanted, { catalogue: [rss, postgres], apps: [shared, other] });
    expect(conflicting(result).reason).toBe('ChoiceNeeded');
  });

  test.each([
    ['two without a default', [{ definition: 'postgres' }, { definition: 'cockroach' }], 'ChoiceNeeded'],
    [
      'a default that the catalogue lacks',
      [{ definition: 'cockroach', default: true }],
      'ProviderDefinitionUnknown',
    ],
  ])('compatible definitions: %s', (_, compatible, reason) => {
    const choosy = definition('choosy', { integrations: [{ ...db(), compatible }] });
    const result = resolveIn(app('home/choosy'), { catalogue: [choosy, postgres] });
    expect(conflicting(result).reason).toBe(reason);
  });

  test('the only compatible definition is installed without being the default', () => {
    const one = definition('one', { integrations: [{ ...db(), compatible: [{ definition: 'postgres' }] }] });
    expect(installs(resolveIn(app('home/one'), { catalogue: [one, postgres] }))).toEqual([
      'hearth-providers/postgres',
    ]);
  });

  test('a slot that lists no definition takes the only one of the catalogue that can serve it', () => {
    const open = definition('open', {
      integrations: [{ name: 'db', kind: 'Database', required: true, needs: { engine: 'postgresql' } }],
    });
    const mysql = definition('mysql', { provides: [{ kind: 'Database', engine: 'mysql' }] });
    expect(installs(resolveIn(app('home/open'), { catalogue: [open, mysql, postgres] }))).toEqual([
      'hearth-providers/postgres',
    ]);
    const twin = definition('twin', { provides: [{ kind: 'Database', engine: 'postgresql' }] });
    expect(conflicting(resolveIn(app('home/open'), { catalogue: [open, twin, postgres] })).reason).toBe(
      'ChoiceNeeded',
    );
    expect(conflicting(resolveIn(app('home/open'), { catalogue: [open, mysql] })).reason).toBe('NoProvider');
  });

  test('two slots share what is installed for the first', () => {
    const twice = definition('twice', { integrations: [db(), { ...db(), name: 'archive' }] });
    const result = resolveIn(app('home/twice'), { catalogue: [twice, postgres] });
    expect(outcomes(result)).toEqual([
      'archive: Bound hearth-providers/postgres',
      'db: Bound hearth-providers/postgres',
    ]);
    expect(installs(result)).toEqual(['hearth-providers/postgres']);
  });

  test('what is there goes before what the plan installs anyway', () => {
    const twin = definition('twin', { provides: [{ kind: 'Database', engine: 'postgresql' }] });
    const two = definition('two', {
      integrations: [
        { ...db(), name: 'a', compatible: [{ definition: 'twin' }] },
        { ...db(), name: 'b', compatible: [] },
      ],
    });
    const result = resolveIn(app('home/two'), { catalogue: [two, twin, postgres], apps: [shared] });
    expect(outcomes(result)).toEqual([
      'a: Bound hearth-providers/twin',
      'b: Bound hearth-providers/postgres',
    ]);
  });

  test('what is wired while it is being installed stays the same plan when it is there', () => {
    const before = planned(resolveIn(app('home/rss'), { catalogue: [rss, postgres] }));
    const waiting: App['status'] = {
      observedGeneration: 1,
      bindings: [binding('db', 'Database', 'hearth-providers/postgres', 'Waiting')],
    };
    const after = planned(
      resolveIn(app('home/rss', {}, { status: waiting }), {
        catalogue: [rss, postgres],
        apps: [app('hearth-providers/postgres', everyone)],
      }),
    );
    expect(after.plan.hash).toBe(before.plan.hash);
    expect(after.installs).toEqual([]);
  });

  test('what it waits for and was never made is planned again', () => {
    const status: App['status'] = {
      observedGeneration: 1,
      bindings: [binding('db', 'Database', 'hearth-providers/postgres', 'Waiting')],
    };
    expect(installs(resolveIn(app('home/rss', {}, { status }), { catalogue: [rss, postgres] }))).toEqual([
      'hearth-providers/postgres',
    ]);
  });
});

describe('choices that can’t hold', () => {
  const choosing = (key: string, status?: App['status']) => {
    const [namespace = '', name = ''] = key.split('/');
    return app(
      'home/rss',
      { integrations: [{ name: 'db', providerRef: { namespace, name } }] },
      status ? { status } : {},
    );
  };

  test('a required slot that is Off', () => {
    const wanted = app('home/rss', { integrations: [{ name: 'db', mode: 'Off' }] });
    const conflict = conflicting(resolveIn(wanted, { catalogue: [rss, postgres], apps: [shared] }));
    expect(conflict.reason).toBe('RequiredSlotOff');
    expect(conflict.wishes).toHaveLength(2);
  });

  test('a provider that isn’t there', () => {
    const conflict = conflicting(
      resolveIn(choosing('home/nobody'), { catalogue: [rss, postgres], apps: [shared] }),
    );
    expect(conflict).toMatchObject({
      reason: 'ProviderNotInstalled',
      fix: 'Remove the choice, or install home/nobody.',
    });
  });

  test.each([
    [
      'of another namespace',
      app('work/postgres', everyone),
      'only Apps in hearth-providers may serve others',
    ],
    ['that isn’t shared', app('hearth-providers/postgres'), 'isn’t shared with the namespace `home`'],
    ['of another definition', app('home/mysql'), 'is `mysql`, which the slot isn’t made for'],
    [
      'that is being deleted',
      app('home/postgres', {}, { metadata: { name: 'postgres', deletionTimestamp: 'now' } }),
      'is being deleted',
    ],
  ])('a provider %s', (_, provider, words) => {
    const mysql = definition('mysql', { provides: [{ kind: 'Database', engine: 'mysql' }] });
    const key = `${provider.metadata.namespace}/${provider.metadata.name}`;
    const conflict = conflicting(
      resolveIn(choosing(key), { catalogue: [rss, postgres, mysql], apps: [provider] }),
    );
    expect(conflict.reason).toBe('ProviderCannotServe');
    expect(conflict.message).toContain(words);
  });

  test('data never moves by a choice', () => {
    const status = running([binding('db', 'Database', 'hearth-providers/postgres')]);
    const home = { catalogue: [rss, postgres], apps: [shared, app('home/pg', { definition: 'postgres' })] };
    expect(conflicting(resolveIn(choosing('home/pg', status), home)).reason).toBe('DataWouldMove');
  });

  test('before there is data, a choice may still change', () => {
    const status: App['status'] = {
      observedGeneration: 1,
      bindings: [binding('db', 'Database', 'hearth-providers/postgres', 'Waiting')],
    };
    const home = { catalogue: [rss, postgres], apps: [shared, app('home/pg', { definition: 'postgres' })] };
    expect(outcomes(resolveIn(choosing('home/pg', status), home))).toEqual(['db: Bound home/pg']);
  });
});
