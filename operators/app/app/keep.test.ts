import { type App, indexInstalled } from '@hearth/domain';
import type { PodObject, StatefulSetObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { connectionsByProvider, databasesByProvider } from '../indexes.ts';
import { appOf, definitionOf, homeOf, inputOf, workloadInputOf } from '../testing/fixtures.ts';
import { workloadObject } from '../workload/objects.ts';
import { keepRunning } from './keep.ts';
import type { Scene } from './scene.ts';

const definition = definitionOf('postgres', {
  workloads: [{ name: 'server', volumes: [{ name: 'data', path: '/data' }] }],
  versions: [{ version: '1.0', images: { server: 'postgres:15' } }],
  provides: [{ kind: 'Database', engine: 'postgresql' }],
});
const consumer = definitionOf('rss', { integrations: [{ name: 'db', kind: 'Database', required: true }] });
const provider = appOf('postgres', {}, { status: { observedGeneration: 1, version: '1.0' } });
const providerRef = { namespace: 'home', name: 'postgres' };
const rss = appOf('rss', { integrations: [{ name: 'db', providerRef }] });
const why = {
  condition: 'VersionKnown' as const,
  reason: 'VersionGone',
  message: 'Version 1.0 runs and is left as it is.',
};

function sceneOf(app: App): Scene {
  const catalogue = new Map([definition, consumer].map((each) => [each.metadata.name, each]));
  const installed = indexInstalled([app, rss], catalogue);
  return { app, home: homeOf(), definition, catalogue, installed, nodes: [] };
}

function runs(status: object): StatefulSetObject {
  const object = workloadObject(workloadInputOf(inputOf(definition, provider)));
  const { uid = '' } = provider.metadata;
  const owner = { apiVersion: provider.apiVersion, kind: 'App', name: 'postgres', uid, controller: true };
  const up = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const metadata = { ...object.metadata, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] };
  return { ...object, metadata, status: { ...up, ...status } } as StatefulSetObject;
}

const crashing: PodObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'home', name: 'postgres-0', labels: runs({}).metadata.labels ?? {} },
  status: {
    containerStatuses: [
      {
        name: 'server',
        image: 'i',
        restartCount: 3,
        ready: false,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
      },
    ],
  },
};

describe('an App whose version left the catalogue', () => {
  it.each([
    ['is ready while its pods are', [runs({})], { type: 'ready', message: why.message }],
    [
      'says why its pods are not',
      [runs({ availableReplicas: 0 }), crashing],
      { type: 'waiting', reason: 'Crashing' },
    ],
    ['can’t go on once nothing of it runs', [], { type: 'stalled', reason: 'VersionGone' }],
  ])('%s', async (_, objects, outcome) => {
    const context = fakeContext({ indexes: [databasesByProvider, connectionsByProvider], objects });
    expect(await keepRunning(sceneOf(provider), why, context)).toMatchObject({
      ...outcome,
      status: { requiredBy: [{ namespace: 'home', name: 'rss' }] },
      conditions: [{ type: 'VersionKnown', status: 'False', reason: 'VersionGone' }],
    });
  });

  it('lets a new consumer in and touches nothing else', async () => {
    const context = fakeContext({
      indexes: [databasesByProvider, connectionsByProvider],
      objects: [runs({})],
    });
    await keepRunning(sceneOf(provider), why, context);
    expect(context.applied.map(({ kind }) => kind)).toEqual(['NetworkPolicy']);
    expect(JSON.stringify(context.applied)).toContain('"app.kubernetes.io/instance":"rss"');
    expect([context.created, context.patched, context.deleted]).toEqual([[], [], []]);
  });
});

it('an App whose next plan waits for approval runs on, and says which', async () => {
  const held = {
    condition: 'Approved' as const,
    reason: 'PlanStale',
    message: 'Things changed.',
    plan: 'postgres-0123456789',
  };
  expect(
    await keepRunning(
      sceneOf(provider),
      held,
      fakeContext({ indexes: [databasesByProvider, connectionsByProvider], objects: [runs({})] }),
    ),
  ).toMatchObject({
    type: 'ready',
    status: { plan: held.plan },
    conditions: [{ type: 'Approved', status: 'False', reason: 'PlanStale' }],
  });
});
