import { Machine } from '@hearth/domain';
import { isNotFound, resourcePath } from '@hearth/runtime';
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

test('a machine that is deleted goes back to golden, is heard while it does, and then is out', async () => {
  const agent = await changed('leaving');
  await remove('leaving');
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
