import { Database, indexInstalled, SSOClient } from '@hearth/domain';
import { PersistentVolumeClaim, type Resource, ready, Secret } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { databasesByProvider } from '../indexes.ts';
import { deletedByName } from '../testing/deletions.ts';
import { appOf } from '../testing/fixtures.ts';
import { appLabels } from '../workload/input.ts';
import { appController } from './controller.ts';
import { retire } from './retire.ts';
import type { Scene } from './scene.ts';

const deleted = '2026-02-01T00:00:00Z';

/** A deleted App that uses others, each `NAMESPACE/NAME` by its name in `home`. */
function leaving(name: string, spec: object = {}, uses: readonly string[] = []): Scene['app'] {
  const app = appOf(name, spec);
  const bindings = uses.map((provider) => ({
    name: provider,
    kind: 'Database',
    state: 'Bound' as const,
    providerRef: { namespace: 'home', name: provider },
  }));
  return {
    ...app,
    metadata: { ...app.metadata, deletionTimestamp: deleted },
    status: { observedGeneration: 1, bindings },
  };
}

const ownerOf = ({ apiVersion, kind, metadata: { name, uid = '' } }: Resource) => ({
  ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
});

function databaseOf(app: Scene['app'], provider: string, deletion: string): Resource {
  const metadata = { namespace: 'home', name: `${app.metadata.name}-db`, ...ownerOf(app) };
  const spec = { engine: 'postgresql', providerRef: { namespace: 'home', name: provider }, deletion };
  const status = { database: 'made' };
  return { apiVersion: Database.apiVersion, kind: Database.kind, metadata, ...{ spec, status } };
}

function signOnOf(app: Scene['app'], provider: string): Resource {
  const metadata = { namespace: 'home', name: `${app.metadata.name}-sso`, ...ownerOf(app) };
  const providerRef = { namespace: 'home', name: provider };
  const status = { provider: providerRef };
  return {
    apiVersion: SSOClient.apiVersion,
    kind: SSOClient.kind,
    metadata,
    ...{ spec: { providerRef }, status },
  };
}

/** What an App has while it is to be deleted with its data: all of it is its own. */
function ownedBy(app: Scene['app']): Resource[] {
  const metadata = { namespace: 'home', labels: appLabels(app), ...ownerOf(app) };
  const data = [
    [PersistentVolumeClaim, 'rss-data'],
    [Secret, 'rss-secrets'],
  ] as const;
  return [
    ...data.map(([{ apiVersion, kind }, name]) => ({ apiVersion, kind, metadata: { ...metadata, name } })),
    databaseOf(app, 'postgres', app.spec.deletion === 'Delete' ? 'Retain' : 'Delete'),
  ];
}

const sceneOf = (app: Scene['app'], others: readonly Scene['app'][] = []): Scene => ({
  app,
  home: undefined,
  definition: undefined,
  catalogue: new Map(),
  installed: indexInstalled([app, ...others], new Map()),
  nodes: [],
});

describe('what an App leaves', () => {
  it('is out of garbage collection’s reach, though no pass followed the change to Retain', async () => {
    const app = leaving('rss');
    const context = fakeContext({ indexes: [databasesByProvider], objects: ownedBy(app) });
    expect(await retire(sceneOf(app), context, async () => ready())).toEqual(ready());
    for (const [kind, name] of [
      [PersistentVolumeClaim, 'rss-data'],
      [Secret, 'rss-secrets'],
    ] as const) {
      const { metadata } = context.read.get<Resource>(kind, { namespace: 'home', name }) ?? {};
      expect(metadata).toMatchObject({
        labels: { 'apps.hearth.dev/retained': 'tombstone' },
        ownerReferences: [],
      });
    }
    expect(context.read.get(Database, { namespace: 'home', name: 'rss-db' })?.spec.deletion).toBe('Retain');
    expect(context.deleted).toEqual([]);
  });

  it('is marked once', async () => {
    const app = leaving('rss');
    const context = fakeContext({ indexes: [databasesByProvider], objects: ownedBy(app) });
    await retire(sceneOf(app), context, async () => ready());
    const before = context.patched.length;
    await retire(sceneOf(app), context, async () => ready());
    expect(context.patched).toHaveLength(before);
  });

  it('is dropped, though no pass followed the change to Delete', async () => {
    const app = leaving('rss', { deletion: 'Delete' });
    const context = fakeContext({ indexes: [databasesByProvider], objects: ownedBy(app) });
    const byName = deletedByName(context);
    await retire(sceneOf(app), context, async () => ready());
    expect(context.deleted.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Secret']);
    expect(byName).toEqual([]);
    expect(context.read.get(Database, { namespace: 'home', name: 'rss-db' })?.spec.deletion).toBe('Delete');
  });
});

describe('a deleted identity provider', () => {
  const identity = leaving('identity');
  const gone = leaving('rss');
  const signOn = signOnOf(gone, 'identity');

  it('serves on until the client of the last App, which is gone, is removed', async () => {
    const context = fakeContext({ indexes: [databasesByProvider], objects: [signOn] });
    expect(await retire(sceneOf(identity), context, async () => ready())).toMatchObject({
      type: 'waiting',
      reason: 'InUse',
      message: 'It is deleted, but serves SSOClient home/rss-sso until they are gone or use another.',
    });
    await context.act.delete(SSOClient, signOn.metadata);
    expect(await retire(sceneOf(identity), context, async () => ready())).toEqual(ready());
  });

  it('is woken by those that leave it, and come to it', () => {
    const wakes = appController({ hearthImage: 'hearth:test' }).watches?.filter(
      ({ kind }) => kind.kind === SSOClient.kind,
    );
    const before = {
      ...signOn,
      ...{ status: { provider: { namespace: 'p', name: 'b' }, leaving: [{ namespace: 'p', name: 'c' }] } },
    };
    const { read } = fakeContext({});
    const woken = wakes?.flatMap(({ keys }) => keys(before, read));
    expect(woken).toEqual([
      { namespace: 'home', name: 'identity' },
      { namespace: 'p', name: 'b' },
      { namespace: 'p', name: 'c' },
    ]);
    const [aspect] = wakes?.flatMap((rule) => rule.aspect ?? []) ?? [];
    expect(aspect?.(before)).not.toEqual(
      aspect?.({ ...before, ...{ status: { provider: before.status.provider } } }),
    );
  });
});

describe('deleted Apps that use each other', () => {
  const [a, b] = [leaving('a', {}, ['b']), leaving('b', {}, ['a'])];
  const none = async () => ready();

  it('go', async () => {
    expect(await retire(sceneOf(a, [b]), fakeContext({ indexes: [databasesByProvider] }), none)).toEqual(
      ready(),
    );
    expect(await retire(sceneOf(b, [a]), fakeContext({ indexes: [databasesByProvider] }), none)).toEqual(
      ready(),
    );
  });

  it('stay while somebody else uses one of them', async () => {
    const user = { ...leaving('c', {}, ['b']), metadata: appOf('c').metadata };
    const outcome = await retire(
      sceneOf(a, [b, user]),
      fakeContext({ indexes: [databasesByProvider] }),
      none,
    );
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'InUse' });
  });

  it('wait for one that goes by itself', async () => {
    const outcome = await retire(
      sceneOf(a, [b, leaving('c', {}, ['a'])]),
      fakeContext({ indexes: [databasesByProvider] }),
      none,
    );
    expect(outcome).toMatchObject({ reason: 'InUse', message: expect.stringContaining('home/b, home/c') });
  });

  it('first give back what they have in each other', async () => {
    const objects = [databaseOf(a, 'b', 'Retain'), databaseOf(b, 'a', 'Retain'), signOnOf(a, 'b')];
    const context = fakeContext({ indexes: [databasesByProvider], objects });
    const byName = deletedByName(context);
    const outcome = await retire(sceneOf(a, [b]), context, () => expect.unreachable());
    expect(outcome).toMatchObject({
      reason: 'InUse',
      message: expect.stringContaining('Database home/b-db'),
    });
    expect(context.deleted).toMatchObject([
      { kind: 'Database', key: { namespace: 'home', name: 'a-db' } },
      { kind: 'SSOClient', key: { namespace: 'home', name: 'a-sso' } },
    ]);
    expect(byName).toEqual([]);
  });
});
