import { expect, test } from 'vitest';
import { assignmentOf } from '../testing/attempt.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { live } from '../testing/fake-agent.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const assignment = assignmentOf({ flake: { url: 'git+https://git/home' }, confirmWindow: '1m' });

test('a machine goes back even when its disk takes nothing any more', async () => {
  const clock = autoClock();
  const machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [NEW]: { cutsNetwork: true } }, clock);
  machine.built = NEW;
  const { write } = machine.journal;
  machine.journal.write = async (journal) => {
    if (journal.attempt?.stage === 'Reverting') throw new Error('EROFS: read-only file system');
    await write(journal);
  };
  const life = await live(machine, clock, () => ({ assignment, confirms: true }));
  expect(life).toMatchObject({ journal: { attempt: { verdict: { phase: 'RolledBack' } } } });
  expect(machine.running()).toBe(GOLDEN);
  expect(machine.calls.filter((call) => call === 'start hearth-activation')).toHaveLength(2);
});
