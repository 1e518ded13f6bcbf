import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { isUnderWay } from '../assignment.ts';
import { built, commit, type Scene, scene } from './testing/scene.ts';

let home: Scene;
beforeEach(() => {
  home = scene();
});

const url = 'github:me/home';
const names = ['attic', 'cellar', 'den', 'shed'];

/** All of them run commit a. */
async function settle(rollout: object) {
  for (const name of names) await home.machine(name);
  await home.configure({ flake: { url, revision: commit('a') }, rollout: { ...rollout, maxUnavailable: 9 } });
  await home.pass();
  for (const name of names) await home.report(name, 'Done');
  await home.configure({ flake: { url, revision: commit('a') }, rollout });
  await home.pass();
}

const isDown = (machine: Immutable<Machine>) => machine.status?.state !== 'Lost' && isUnderWay(machine);

test('those that go back and those that change share the room of a rollout', async () => {
  await settle({ canary: 0, maxUnavailable: 1 });
  await home.change('attic', { metadata: { labels: { home: null } } });
  await home.configure({
    flake: { url, revision: commit('b') },
    rollout: { canary: 0, maxUnavailable: 1 },
  });
  await home.pass();
  expect(names.filter((name) => isDown(home.get(name)))).toEqual(['attic']);
});

test('never is more down than may be, whatever comes at the same time', async () => {
  const fate = fc.constantFrom('stays', 'leaves', 'lost', 'changing');
  const fates = fc.tuple(fate, fate, fate, fate);
  await fc.assert(
    fc.asyncProperty(fates, fc.integer({ min: 1, max: 3 }), async (all, maxUnavailable) => {
      home = scene();
      await settle({ canary: 0, maxUnavailable });
      for (const [at, name] of names.entries()) {
        if (all[at] === 'leaves') await home.change(name, { metadata: { labels: { home: null } } });
        if (all[at] === 'lost') await home.change(name, { status: { state: 'Lost' } });
        if (all[at] === 'changing') await home.report(name, 'Building');
      }
      const before = names.filter((name) => all[names.indexOf(name)] === 'changing').length;
      const lost = all.filter((each) => each === 'lost').length;
      await home.configure({ flake: { url, revision: commit('b') }, rollout: { canary: 0, maxUnavailable } });
      await home.pass();
      const down = names.filter((name) => isDown(home.get(name))).length;
      expect(down === before || down + lost <= maxUnavailable).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('a machine that was off when it was told does not come back to what failed on its neighbour', async () => {
  for (const name of ['attic', 'cellar']) await home.machine(name);
  await home.configure({ rollout: { canary: 0, maxUnavailable: 2 } });
  await home.pass();
  expect(home.assignment('attic')).toMatchObject({ flake: { revision: commit('a') } });
  await home.change('attic', { status: { state: 'Lost' } });
  await home.report('cellar', 'RolledBack', { fault: 'Network' });
  await home.pass();
  // Nobody has named another yet: it is asked for nothing.
  expect(home.assignment('attic')).toBeUndefined();
  await home.configure({
    flake: { url, revision: commit('b') },
    rollout: { canary: 0, maxUnavailable: 2 },
  });
  await home.pass();
  expect(home.assignment('cellar')).toMatchObject({ flake: { revision: commit('b') } });
  await home.change('attic', { status: { state: 'Ready' } });
  await home.pass();
  expect(home.assignment('attic')).toMatchObject({ flake: { revision: commit('b') } });
});

test('what was told and not begun gives way to what is wanted now, in its turn', async () => {
  await home.machine('attic');
  await home.configure();
  await home.pass();
  const paused = { flake: { url, revision: commit('b') }, rollout: { paused: true } };
  await home.configure(paused);
  expect(await home.pass()).toMatchObject({ reason: 'Paused' });
  expect(home.assignment('attic')).toBeUndefined();
  await home.configure({ ...paused, rollout: {} });
  await home.pass();
  expect(home.assignment('attic')).toMatchObject({ flake: { revision: commit('b') } });
  // What is begun already comes to its end, whatever is wanted by now.
  await home.report('attic', 'Testing');
  await home.change('attic', { status: { agent: { system: { running: built } } } });
  await home.configure({ flake: { url, revision: commit('c') } });
  await home.pass();
  expect(home.assignment('attic')).toMatchObject({ flake: { revision: commit('b') } });
});
