import { expect, test } from 'vitest';
import { type Preflight, refusal } from './preflight.ts';

const MIB = 2 ** 20;
const fine: Preflight = {
  room: { storeFree: 1000 * MIB, bootFree: 100 * MIB, bootNeeded: 50 * MIB },
  isLocked: false,
  missingUnit: undefined,
};

test('a machine with room, and nobody at it, takes a system', () => {
  expect(refusal(fine)).toBeUndefined();
  expect(refusal({ ...fine, room: { storeFree: 1000 * MIB, bootNeeded: 50 * MIB } })).toBeUndefined();
});

test.each([
  ['no agent', { missingUnit: 'hearth-agent.service' }, 'Configuration', 'no hearth-agent.service'],
  ['a full disk', { room: { ...fine.room, storeFree: MIB } }, 'Machine', 'the disk is full: 1 MiB'],
  [
    'a full boot partition',
    { room: { ...fine.room, bootFree: 40 * MIB } },
    'Machine',
    'take 50 MiB, and 40 MiB are left',
  ],
  ['another switch', { isLocked: true }, 'Machine', 'somebody else is switching'],
])('it does not with %s', (_what, change, fault, message) => {
  const why = refusal({ ...fine, ...change });
  expect(why?.fault).toBe(fault);
  expect(why?.message).toContain(message);
});
