import { loadCluster, Pod, type PodObject, StatefulSet } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitionOf, inputOf, workloadInputOf } from '../../operators/app/testing/fixtures.ts';
import { workloadObject } from '../../operators/app/workload/objects.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { startControllerManager } from '../harness/controller-manager.ts';
import { type ApiClient, openApiClient } from './api-client.ts';
import { eventually } from './looking.ts';
import { namespace } from './objects.ts';

let plane: ControlPlane;
let client: ApiClient;
let endControllerManager: () => Promise<void>;

beforeAll(async () => {
  plane = await startControlPlane();
  client = openApiClient(await loadCluster({ kubeconfig: plane.kubeconfig }));
  const controllers = ['statefulset-controller', 'serviceaccount-controller'];
  endControllerManager = await startControllerManager(plane.kubeconfig, controllers);
  await client.apply(namespace('home'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'home', name: 'notes' },
  });
});
afterAll(async () => {
  await client?.close();
  await endControllerManager?.();
  await plane?.stop();
});

const notes = (image: string) =>
  workloadObject(
    workloadInputOf(
      inputOf(
        definitionOf('notes', {
          versions: [{ version: '1.0', images: { app: image } }],
          workloads: [{ name: 'app', volumes: [{ name: 'data', path: '/data' }] }],
        }),
      ),
    ),
  );

test('a pod with a volume that never became ready is replaced by a better one', async () => {
  const image = async () =>
    (await client.get<PodObject>(Pod, { namespace: 'home', name: 'notes-0' }))?.spec?.containers[0]?.image;
  const bad = notes('example.org/notes:bad');
  expect(bad.kind).toBe(StatefulSet.kind);
  await client.apply(bad);
  await eventually(async () => expect(await image()).toBe('example.org/notes:bad'));
  // Nothing runs pods here: this one stays Pending.
  await client.apply(notes('example.org/notes:good'));
  await eventually(async () => expect(await image()).toBe('example.org/notes:good'));
});
