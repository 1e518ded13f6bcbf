import { decideApp, indexInstalled } from '@hearth/domain';
import { PersistentVolumeClaim, type Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { appLabels } from '../workload/input.ts';
import { appController } from './controller.ts';
import { run } from './run.ts';

it('leaves what pods start from as it is until nothing more can be refused', async () => {
  const definition = definitionOf('x', {
    workloads: [{ name: 'app', volumes: [{ name: 'data', path: '/data' }], env: { A: '1' } }],
  });
  const app = appOf('x', { volumes: [{ name: 'data', size: '1Gi' }] });
  const claim = {
    apiVersion: 'v1',
    kind: PersistentVolumeClaim.kind,
    metadata: { namespace: 'home', name: 'x-data', labels: appLabels(app) },
    spec: { resources: { requests: { storage: '10Gi' } } },
  } as Resource;
  const { indexes = [] } = appController({ hearthImage: 'hearth:test' });
  const context = fakeContext({ indexes, objects: [claim] });
  const catalogue = new Map([['x', definition]]);
  const installed = indexInstalled([app], catalogue);
  const scene = { app, home: undefined, catalogue, installed, nodes: [], definition };
  const decision = decideApp(scene, () => 'abcdef0123456789');
  if (decision.kind !== 'CarryOut') throw new Error(decision.message);
  const running = run(inputOf(definition, app), decision.resolved, [], context, scene);
  await expect(running).rejects.toMatchObject({ reason: 'VolumeTooLarge' });
  // The digest key may have been made; of the App's own, no Secret.
  expect(context.applied.map(({ kind }) => kind)).not.toContain('Secret');
});
