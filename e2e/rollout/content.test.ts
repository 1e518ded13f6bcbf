import { expect, test } from 'vitest';
import { autoClock } from '../../operators/agent/testing/auto-clock.ts';
import { type FakeNio, live } from '../../operators/agent/testing/fake-agent.ts';
import { createFakeMachine, FACTS } from '../../operators/agent/testing/fake-machine.ts';
import { agentStatusOf } from '../../operators/agent/watch/agent-status.ts';
import {
  commit,
  golden,
  narHash,
  type Scene,
  scene,
} from '../../operators/nio/configuration/testing/scene.ts';

/** What the real agent makes of its assignment where the repository shows it something, and what it says of that. */
async function act(home: Scene, name: string, shows: string) {
  const clock = autoClock();
  const machine = createFakeMachine(golden, { [golden]: {} }, clock);
  machine.builds.narHash = shows;
  const assignment = structuredClone(home.assignment(name)) as FakeNio['assignment'];
  const life = await live(machine, clock, () => ({ confirms: true, assignment }));
  if (life.end !== 'ended') throw new Error('the agent was killed');
  const standing = { running: golden, bootId: 'one', uptime: 1, generation: 1 };
  const said = { version: '1', mode: 'System', facts: FACTS, standing, drift: undefined } as const;
  const { apply } = agentStatusOf({ ...said, journal: life.journal });
  await home.change(name, { status: { agent: { apply: null } } });
  await home.change(name, { status: { agent: { apply } } });
}

test('what an agent says of another content than it was told stalls its configuration, and is not tried again', async () => {
  const home = scene();
  await home.machine('attic');
  await home.configure({ flake: { url: 'github:me/home', revision: commit('a'), narHash: narHash('A') } });
  await home.pass();
  await act(home, 'attic', narHash('B'));
  expect(await home.pass()).toMatchObject({
    type: 'stalled',
    reason: 'ContentDiffers',
    message: expect.stringContaining(`It got ${narHash('B')} of this commit instead of ${narHash('A')}.`),
  });
  const { id } = home.assignment('attic') ?? {};
  home.context.clock.advance(24 * 3600_000);
  await home.pass();
  expect(home.assignment('attic')?.id).toBe(id);
});
