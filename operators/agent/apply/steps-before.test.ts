import { expect, test } from 'vitest';
import { autoClock } from '../testing/auto-clock.ts';
import { live } from '../testing/fake-agent.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const hash = (letter: string) => `sha256-${letter.repeat(43)}=`;

test('a flake that is not what it should be is not built, and what it is instead is told', async () => {
  const clock = autoClock();
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: {} }, clock);
  machine.builds.narHash = hash('B');
  const life = await live(machine, clock, () => ({
    confirms: true,
    assignment: {
      id: 'one',
      action: 'Apply',
      flake: { url: 'git+https://git/home', narHash: hash('A') },
      confirmWindow: '20s',
      drift: 'Correct',
      reboot: 'WhenNeeded',
      credentials: false,
    },
  }));
  expect(life).toMatchObject({
    end: 'ended',
    journal: {
      attempt: {
        verdict: { phase: 'Failed', fault: 'Flake', message: expect.stringContaining(hash('A')) },
        fetched: { narHash: hash('B') },
      },
    },
  });
  expect(machine.calls.join(' ')).not.toContain('build');
  expect(machine.running()).toBe(GOLDEN);
});
