import { Machine, NixOSConfiguration } from '@hearth/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { storePathOf } from './simulated.ts';

/** A test has no half minute for each confirmation, nor for each build. */
const PACE = { pace: 40, beats: 150 };
const PATIENCE = 60_000;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet(PACE);
  fleet.operator.start();
}, 120_000);
afterAll(() => fleet?.close());

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}-${String(at + 1).padStart(2, '0')}`);
const simulated = (name: string) => {
  const machine = fleet.machines.get(name);
  if (!machine) throw new Error(`there is no machine ${name}`);
  return machine;
};
/** The machines that run the system of a commit. */
const running = (names: readonly string[], commit: string) =>
  names.filter((name) => simulated(name).running() === storePathOf(`${commit} home`));
const golden = (names: readonly string[]) =>
  names.filter((name) => simulated(name).running() === storePathOf(`golden ${name}`));

/** A repository, and a configuration of its branch `main` for machines with the label of the same name. */
async function declare(name: string, spec: object = {}) {
  fleet.git.create(name);
  const commit = fleet.git.commit(name, 'main');
  const flake = { url: `git+${fleet.git.url}/${name}.git`, ref: 'main', attribute: 'home' };
  const whole = { flake, machineSelector: { matchLabels: { fleet: name } }, ...spec };
  await fleet.apply(name, whole);
  return { commit, whole };
}

/** Waits until a configuration says this. */
const says = (name: string, status: object, ready: object = {}) =>
  eventually(async () => {
    const found = (await fleet.configuration(name))?.status;
    expect(found).toMatchObject(status);
    expect(found?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject(ready);
  }, PATIENCE);

test('a change over 20 machines stops at the third, which fails; pause, resume and retry work', async () => {
  const names = numbered('m', 20);
  await fleet.add(names, { fleet: 'twenty' });
  simulated('m-03').fate = 'breaks';
  const { commit, whole } = await declare('twenty');

  // The third fails: the first two stay, and nothing else is touched.
  await says(
    'twenty',
    { rollout: { phase: 'Stopped', done: 2, total: 20 } },
    {
      status: 'False',
      reason: 'Failed',
      message: expect.stringContaining('It failed on m-03: sshd.service failed after the switch.'),
    },
  );
  const state = await fleet.configuration('twenty');
  expect(state?.status).toMatchObject({
    revision: commit,
    quarantine: [{ key: `${commit}-x86_64`, machine: 'm-03', attempt: 0 }],
  });
  expect(state?.status?.machines?.map(({ state: each }) => each)).toEqual([
    ...['Done', 'Done', 'Failed'],
    ...Array.from({ length: 17 }, () => 'Quarantined'),
  ]);
  expect(running(names, commit)).toEqual(['m-01', 'm-02']);
  expect(names.filter((name) => simulated(name).begun.length > 0)).toEqual(['m-01', 'm-02', 'm-03']);
  expect(golden(names)).toHaveLength(18);

  // Retry: the third is mended, and tried again; those that run it are not.
  simulated('m-03').fate = 'works';
  simulated('m-05').fate = 'hangs';
  await fleet.apply('twenty', { ...whole, rollout: { attempt: 1 } });
  await eventually(() => expect(simulated('m-05').begun).toEqual([commit]), PATIENCE);
  expect(running(names, commit)).toEqual(['m-01', 'm-02', 'm-03', 'm-04']);
  expect(simulated('m-01').begun).toEqual([commit]);
  expect(simulated('m-03').begun).toEqual([commit, commit]);

  // Pause: what is under way ends, and nothing begins.
  await fleet.apply('twenty', { ...whole, rollout: { attempt: 1, paused: true } });
  await says('twenty', { rollout: { phase: 'Paused' } });
  simulated('m-05').fate = 'works';
  await says('twenty', { rollout: { phase: 'Paused', done: 5 } }, { reason: 'Paused' });
  expect(names.filter((name) => simulated(name).begun.length > 0)).toHaveLength(5);

  // Resume, several at a time; NIO is killed twice on the way.
  const begunAtOnce = watchChanging(names);
  await fleet.apply('twenty', { ...whole, rollout: { attempt: 1, maxUnavailable: 4 } });
  for (const done of [8, 14]) {
    await eventually(() => expect(running(names, commit).length).toBeGreaterThanOrEqual(done), PATIENCE);
    await fleet.operator.kill();
    fleet.operator.start();
  }
  await says('twenty', { rollout: { phase: 'Done', done: 20, total: 20 } }, { status: 'True' });
  expect(begunAtOnce.stop()).toBeLessThanOrEqual(4);
  expect(running(names, commit)).toHaveLength(20);
  // None was told twice, whoever decided.
  expect(names.map((name) => simulated(name).begun.length)).toEqual(
    names.map((name) => (name === 'm-03' ? 2 : 1)),
  );
}, 240_000);

/** Counts how many machines change at the same time, at the most. */
function watchChanging(names: readonly string[]) {
  let most = 0;
  const timer = setInterval(async () => {
    const machines = await Promise.all(names.map((name) => fleet.machine(name).catch(() => undefined)));
    const changing = machines.filter(
      (machine) =>
        machine?.spec.assignment &&
        (machine.status?.agent?.apply?.id !== machine.spec.assignment.id ||
          machine.status?.agent?.apply?.phase !== 'Done'),
    );
    most = Math.max(most, changing.length);
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

test('a configuration that is deleted in the midst of a change takes its machines back first', async () => {
  const names = numbered('d', 4);
  await fleet.add(names, { fleet: 'deleted' });
  simulated('d-02').fate = 'hangs';
  const { commit } = await declare('deleted', { rollout: { canary: 0, maxUnavailable: 2 } });
  await eventually(() => {
    expect(running(names, commit)).toContain('d-01');
    expect(simulated('d-02').begun).toEqual([commit]);
  }, PATIENCE);
  await fleet.remove(NixOSConfiguration, 'deleted');
  await eventually(async () => expect(await fleet.configuration('deleted')).toBeUndefined(), PATIENCE);
  expect(golden(names)).toEqual(names);
  const machines = await Promise.all(names.map((name) => fleet.machine(name)));
  for (const { spec, status } of machines.slice(0, 2)) {
    expect(spec.assignment).toMatchObject({ action: 'Golden' });
    expect(spec.assignment).not.toHaveProperty('configuration');
    expect(status?.agent?.apply).toMatchObject({ id: spec.assignment?.id, phase: 'Done' });
  }
}, 120_000);

test('a machine that is gone for good keeps nobody waiting, once that is said', async () => {
  await fleet.add(['gone'], { fleet: 'gone' });
  const { commit } = await declare('gone');
  await eventually(() => expect(running(['gone'], commit)).toEqual(['gone']), PATIENCE);
  simulated('gone').fate = 'gone';
  await fleet.remove(NixOSConfiguration, 'gone');
  await says('gone', { machines: [{ name: 'gone', state: 'Reverting' }] }, { reason: 'Reverting' });
  await fleet.patch(Machine, 'gone', { spec: { forget: true } });
  await eventually(async () => expect(await fleet.configuration('gone')).toBeUndefined(), PATIENCE);
}, 120_000);

test('the older of two configurations keeps a machine, until it goes', async () => {
  await fleet.add(['both'], { fleet: 'older', also: 'newer' });
  const older = await declare('older');
  await eventually(() => expect(running(['both'], older.commit)).toEqual(['both']), PATIENCE);
  // The times at which objects were made have no fractions of a second.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const newer = await declare('newer', { machineSelector: { matchLabels: { also: 'newer' } } });
  await says(
    'newer',
    { machines: [{ name: 'both', state: 'Conflict' }] },
    {
      reason: 'Conflict',
      message: expect.stringContaining('NixOSConfiguration older has it, which is older.'),
    },
  );
  expect(running(['both'], older.commit)).toEqual(['both']);
  await fleet.remove(NixOSConfiguration, 'older');
  await eventually(() => expect(running(['both'], newer.commit)).toEqual(['both']), PATIENCE);
  expect(simulated('both').begun).toEqual([older.commit, 'golden', newer.commit]);
  await says('newer', { rollout: { phase: 'Done' } }, { status: 'True' });
}, 120_000);

test('a commit stays, whatever is pushed, unless a branch is followed; one that failed is not tried again', async () => {
  await fleet.add(['branch'], { fleet: 'branch' });
  const { commit, whole } = await declare('branch');
  await says('branch', { revision: commit, rollout: { phase: 'Done' } });

  // The branch is put somewhere else by force.
  const forced = fleet.git.commit('branch', 'main');
  await fleet.operator.kill();
  fleet.operator.start();
  await fleet.apply('branch', { ...whole, drift: 'Report' });
  await eventually(async () =>
    expect((await fleet.machine('branch')).spec.assignment).toMatchObject({ drift: 'Report' }),
  );
  expect(simulated('branch').begun).toEqual([commit]);

  // Followed, it is looked at; what fails there is not tried twice.
  simulated('branch').fate = 'breaks';
  await fleet.apply('branch', { ...whole, autoUpdate: { every: '1s' } });
  await says('branch', { revision: forced, rollout: { phase: 'Stopped' } }, { reason: 'Failed' });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(simulated('branch').begun).toEqual([commit, forced]);
  expect(running(['branch'], commit)).toEqual(['branch']);

  // A commit that mends it is taken up by itself.
  simulated('branch').fate = 'works';
  const mended = fleet.git.commit('branch', 'main');
  await says('branch', { revision: mended, rollout: { phase: 'Done' } }, { status: 'True' });
  expect(simulated('branch').begun).toEqual([commit, forced, mended]);
}, 120_000);
