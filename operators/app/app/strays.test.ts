import { Deployment, PodDisruptionBudget, type Resource, Service, StatefulSet } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { deletedByName } from '../testing/deletions.ts';
import { appOf, definitionOf, inputOf, workloadInputOf } from '../testing/fixtures.ts';
import type { WorkloadInput } from '../workload/input.ts';
import { disruptionBudget, serviceObject, workloadObject } from '../workload/objects.ts';
import { makeRoom, removeStrays } from './strays.ts';

const app = appOf('x');

/** The workloads of the App by a definition with these. */
function inputsOf(...workloads: readonly object[]): WorkloadInput[] {
  const definition = definitionOf('x', { workloads });
  const input = inputOf(definition, app);
  return (definition.spec.workloads ?? []).map((workload, index) =>
    workloadInputOf(input, { workload, index }),
  );
}

/** A cluster in which the App runs these. */
async function running(workloads: readonly WorkloadInput[]) {
  const context = fakeContext();
  const objects = workloads.flatMap((each) => [
    workloadObject(each),
    serviceObject(each) ?? [],
    disruptionBudget(each) ?? [],
  ]);
  for (const object of objects.flat()) await context.act.apply<Resource>(object, { owner: app });
  return context;
}

const web = { name: 'web', ports: [{ name: 'http', port: 80 }], replicas: 2 };
const data = { name: 'data', volumes: [{ name: 'data', path: '/data' }] };

it('removes what runs no more, with its Service and its PodDisruptionBudget', async () => {
  const context = await running(inputsOf(data, web));
  const byName = deletedByName(context);
  await removeStrays(inputsOf(data), context);
  expect(byName).toEqual([]);
  const gone = [Deployment, Service, PodDisruptionBudget].map(({ kind }) => kind);
  expect(context.deleted).toEqual(gone.map((kind) => ({ kind, key: { namespace: 'home', name: 'x-web' } })));
});

it('keeps what runs', async () => {
  const context = await running(inputsOf(data, web));
  await removeStrays(inputsOf(data, web), context);
  expect(context.deleted).toEqual([]);
});

it.each([
  ['Deployment', Deployment, { name: 'web' }, { name: 'server' }],
  ['StatefulSet', StatefulSet, data, { ...data, name: 'server' }],
])('makes a %s anew whose workload has another name', async (_, kind, before, after) => {
  const context = await running(inputsOf(before));
  const [input] = inputsOf(after);
  if (input === undefined) throw new Error('no workload');
  const room = () => makeRoom(input, workloadObject(input), context);
  await expect(room()).rejects.toMatchObject({ name: 'Waiting', reason: 'Replacing' });
  expect(context.deleted).toEqual([{ kind: kind.kind, key: { namespace: 'home', name: 'x' } }]);
  await expect(room()).resolves.toBeUndefined();
});

it('leaves alone what is as it should be, and what another owns', async () => {
  const [same, other] = [inputsOf({ name: 'web' })[0], inputsOf({ name: 'server' })[0]];
  if (same === undefined || other === undefined) throw new Error('no workload');
  const context = await running([same]);
  await makeRoom(same, workloadObject(same), context);
  const stranger = { ...other, app: { ...app, metadata: { ...app.metadata, uid: 'another' } } };
  await makeRoom(stranger, workloadObject(other), context);
  expect(context.deleted).toEqual([]);
});
