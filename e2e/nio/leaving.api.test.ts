import { Machine } from '@hearth/domain';
import { isNotFound, resourcePath, Secret, type SecretObject } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { startAgent, type TestAgent } from './agent.ts';
import { openWorld, type World } from './world.ts';

const namespace = 'hearth-machines';
const [golden, other] = ['golden', 'other'].map((name) => `/nix/store/${'a'.repeat(32)}-${name}`) as [
  string,
  string,
];

let world: World;
const agents: TestAgent[] = [];
beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(async () => {
  await Promise.all(agents.map(({ api }) => api.close()));
  await world?.close();
});

/** A machine that runs something else than what it was installed with. */
async function changed(name: string): Promise<TestAgent> {
  const agent = await startAgent(world, name);
  agents.push(agent);
  await agent.report({ mode: 'System', system: { running: other, golden } });
  await agent.heartbeat();
  await world.patch(name, { spec: { assignment: { id: '00112233445566ff.0.0', action: 'Apply' } } });
  await eventually(async () => expect((await world.machine(name)).status?.state).toBe('Ready'));
  return agent;
}

const remove = (name: string) =>
  world.admin.request({ method: 'DELETE', path: resourcePath(Machine, { namespace, name }) });
const isGone = (name: string) =>
  world.machine(name).then(
    () => false,
    (error: unknown) => isNotFound(error),
  );

/** A configuration gave it a password once. */
async function addFiles(name: string): Promise<void> {
  const { metadata } = await world.machine(name);
  const owner = { apiVersion: Machine.apiVersion, kind: Machine.kind, name, uid: metadata.uid ?? '' };
  await world.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `machine-${name}-files`,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'hearth-nio' },
      ownerReferences: [{ ...owner, controller: true }],
    },
    stringData: { 'file-1': 'secret', 'credentials.password': 'secret' },
  });
}
const filesOf = async ({ api, name }: TestAgent) =>
  Object.keys(
    (
      await api.request<SecretObject>({
        method: 'GET',
        path: resourcePath(Secret, { namespace, name: `machine-${name}-files` }),
      })
    ).data ?? {},
  );

test('a machine keeps no secrets of a configuration that is gone', async () => {
  const agent = await changed('bereft');
  await addFiles('bereft');
  const since = new Date().toISOString();
  const apply = { id: '00112233445566ff.0.0', phase: 'Building', message: 'It builds.', since } as const;
  await agent.report({ apply });
  await eventually(async () => expect((await world.machine('bereft')).status?.agent?.apply).toBeDefined());
  expect(await filesOf(agent)).toEqual(['credentials.password', 'file-1']);
  await agent.report({ apply: { ...apply, phase: 'Done' } });
  await eventually(async () => expect(await filesOf(agent)).toEqual([]));
});

test('a machine that is deleted goes back to golden, is heard while it does, and then is out', async () => {
  const agent = await changed('leaving');
  await addFiles('leaving');
  await remove('leaving');
  // Golden needs none; and whether it really goes back, it says itself.
  await eventually(async () => expect(await filesOf(agent)).toEqual([]));
  await eventually(async () => {
    const { spec, status } = await world.machine('leaving');
    expect(spec.assignment).toMatchObject({ action: 'Golden' });
    expect(status?.conditions?.[0]).toMatchObject({ reason: 'Leaving' });
  });
  // Its token has ended meanwhile: it is let in, and answered, as before.
  expect(await agent.machine.admission()).toMatchObject({ status: 200 });
  const id = (await world.machine('leaving')).spec.assignment?.id ?? '';
  const since = new Date().toISOString();
  await agent.report({ apply: { id, phase: 'Confirming', message: 'It asks.', since, nonce: 'n1' } });
  await agent.heartbeat();
  await eventually(async () =>
    expect((await world.machine('leaving')).spec.assignment?.confirmed).toBe('n1'),
  );

  await agent.report({
    apply: { id, phase: 'Done', message: 'It is back.', since },
    system: { running: golden, golden },
  });
  await eventually(async () => expect(await isGone('leaving')).toBe(true));
  expect(await agent.machine.admission()).toMatchObject({ status: 404 });
});

test('a machine that is gone for good holds nothing up once it is given up', async () => {
  await changed('dead');
  await remove('dead');
  await eventually(async () => {
    expect((await world.machine('dead')).status?.conditions?.[0]).toMatchObject({ reason: 'Leaving' });
  });
  await world.patch('dead', { spec: { forget: true } });
  await eventually(async () => expect(await isGone('dead')).toBe(true));
});
