import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { describe, expect, test } from 'vitest';
import { type Decision, decide, type Observation } from './decide.ts';
import { outcomeOf } from './outcome.ts';
import {
  applyOf,
  assignmentOf,
  bareMachine,
  facts,
  heardAgo,
  machineWith,
  observationOf,
} from './testing/machine.ts';

const now = new Date('2026-01-01T12:00:00Z');
const outcome = (machine: Immutable<Machine>, more: Partial<Observation> = {}) =>
  outcomeOf(machine, decide(observationOf(machine, more)), now);

const unapproved = machineWith({ spec: { approval: undefined as never } });
const otherKey = machineWith({ status: { publicKey: `${'B'.repeat(43)}=` } });
const lost = machineWith({ status: { state: 'Lost' } });
const installing = bareMachine({ status: { state: 'Installing' } });

describe('the state of a machine', () => {
  test.each<[string, Immutable<Machine>, Partial<Observation>, Decision['state'], string]>([
    ['nobody approved it', unapproved, {}, 'Discovered', 'NotApproved'],
    ['another key was approved', otherKey, {}, 'Discovered', 'WrongKey'],
    ['it is given up', machineWith({ spec: { forget: true } }), {}, 'Lost', 'Forgotten'],
    ['it has not called yet', machineWith(), { heartbeat: undefined }, 'Approved', 'NotHeard'],
    ['it was heard', machineWith(), { heartbeat: heardAgo(99) }, 'Ready', ''],
    ['three heartbeats are missing', machineWith(), { heartbeat: heardAgo(100) }, 'Lost', 'Lost'],
    [
      'it was lost, and NIO has started anew',
      lost,
      { heartbeat: heardAgo(1, { live: false }) },
      'Lost',
      'Lost',
    ],
    ['it was lost, and is heard', lost, { heartbeat: heardAgo(1) }, 'Ready', ''],
    [
      'it was there when NIO started anew',
      machineWith(),
      { heartbeat: heardAgo(1, { live: false }) },
      'Ready',
      '',
    ],
    ['it is in the installer, and no disk is named', bareMachine(), {}, 'Approved', 'NoDisk'],
    ['it restarts after its installation', installing, { heartbeat: heardAgo(300) }, 'Approved', 'NoDisk'],
    ['it does not come back from its installation', installing, { heartbeat: heardAgo(900) }, 'Lost', 'Lost'],
  ])('%s', (_, machine, more, state, reason) => {
    expect(decide(observationOf(machine, more)).state).toBe(state);
    const said = outcome(machine, more);
    expect('reason' in said ? said.reason : '').toBe(reason);
  });

  test('a machine that is there is looked at when its silence would mean something', () => {
    expect(outcome(machineWith(), { heartbeat: heardAgo(40) })).toMatchObject({
      type: 'ready',
      after: 61_000,
    });
  });

  test.each([
    ['is under way', applyOf('Building'), 'waiting', 'Applying'],
    ['went wrong', applyOf('Failed'), 'waiting', 'NotApplied'],
    ['was taken back', applyOf('RolledBack'), 'waiting', 'NotApplied'],
    ['was not begun', applyOf('Done', { id: 'other' }), 'waiting', 'Applying'],
    ['is done', applyOf('Done'), 'ready', undefined],
  ])('what it has to do %s', (_, apply, type, reason) => {
    const said = outcome(
      machineWith({ spec: { assignment: assignmentOf() }, agent: { mode: 'System', apply } }),
    );
    expect(said).toMatchObject({ type, ...(reason && { reason, message: expect.stringMatching(/\.$/) }) });
  });

  test('drift is told', () => {
    const drift = { since: '2026-01-01T00:00:00Z', message: 'It runs something else.' };
    expect(outcome(machineWith({ agent: { mode: 'System', drift } }))).toMatchObject({ reason: 'Drifted' });
  });

  test('a person who is to approve is warned of a duplicate', () => {
    expect(outcome(unapproved, { duplicateOf: 'attic' }).message).toContain(
      'Beware: Machine attic has the same',
    );
  });
});

describe('who is let in', () => {
  test.each([
    [true, machineWith()],
    [false, unapproved],
    [false, otherKey],
    [false, machineWith({ spec: { forget: true } })],
  ])('%s', (admitted, machine) => {
    const decision = decide(observationOf(machine));
    expect(decision.admitted).toBe(admitted);
    if (!admitted)
      expect([decision.assignment, decision.confirm, decision.layout]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
  });
});

describe('an agent that asks whether it is heard', () => {
  const asking = (more = {}) =>
    machineWith({
      spec: { assignment: assignmentOf() },
      agent: { mode: 'System', apply: applyOf('Confirming', { nonce: 'n1', ...more }) },
    });
  const before = { renewTime: '2025-12-31T23:59:59Z' };
  const after = { renewTime: '2026-01-01T00:00:05Z' };

  test.each<[string, string | undefined, Immutable<Machine>, Partial<Observation>]>([
    [
      'is answered: heard since, by NIO’s clock',
      'n1',
      asking(),
      { heartbeat: heardAgo(1, before), phaseAge: 2000 },
    ],
    [
      'is answered: heard since, by its own clock',
      'n1',
      asking(),
      { heartbeat: heardAgo(9, after), phaseAge: 2000 },
    ],
    [
      'is not: heard before it asked',
      undefined,
      asking(),
      { heartbeat: heardAgo(9, before), phaseAge: 2000 },
    ],
    [
      'is not: NIO has just started, and does not know',
      undefined,
      asking(),
      { heartbeat: heardAgo(1, { ...before, live: false }), phaseAge: 2000 },
    ],
    ['is not: never heard', undefined, asking(), { heartbeat: undefined }],
    [
      'is not: about another assignment',
      undefined,
      asking({ id: 'other' }),
      { heartbeat: heardAgo(1, after) },
    ],
    [
      'is not: answered already',
      undefined,
      machineWith({
        spec: { assignment: assignmentOf({ confirmed: 'n1' }) },
        agent: { mode: 'System', apply: applyOf('Confirming', { nonce: 'n1' }) },
      }),
      { heartbeat: heardAgo(1, after) },
    ],
  ])('%s', (_, nonce, machine, more) => {
    expect(decide(observationOf(machine, more)).confirm).toBe(nonce);
  });
});

describe('an installation', () => {
  const consented = { disk: { serial: 'S4EWNX0R', erase: false } };
  const layout = decide(observationOf(bareMachine({ spec: consented }))).layout ?? undefined;
  const announced = { layout: layout as NonNullable<typeof layout> };
  const begun = decide(observationOf(bareMachine({ spec: consented, status: announced }))).assignment;
  const id = typeof begun === 'object' ? begun.id : '';
  const under = (phase: Parameters<typeof applyOf>[0], more = {}) =>
    bareMachine({
      spec: { ...consented, assignment: assignmentOf({ action: 'Install', id }) },
      status: announced,
      agent: { mode: 'Installer', facts, apply: applyOf(phase, { id }), ...more },
    });

  test('is first announced, then begun, and then left alone', () => {
    expect(layout).toMatchObject({ serial: 'S4EWNX0R', device: '/dev/nvme0n1' });
    expect(begun).toMatchObject({ action: 'Install' });
    const told = bareMachine({
      spec: { ...consented, assignment: assignmentOf({ action: 'Install', id }) },
      status: announced,
    });
    expect(decide(observationOf(told))).toMatchObject({
      state: 'Installing',
      installation: { step: 'wait' },
    });
    expect(decide(observationOf(told)).assignment).toBeUndefined();
  });

  test('goes on though its disk is not empty any more, and its consent is another', () => {
    const [disk] = facts.disks;
    const written = { ...facts, disks: disk ? [{ ...disk, empty: false }] : [] };
    const decision = decide(observationOf(under('Building', { facts: written })));
    expect([decision.assignment, decision.layout, decision.state]).toEqual([
      undefined,
      undefined,
      'Installing',
    ]);
  });

  test('that failed is tried again after a while, as another attempt', () => {
    const soon = decide(observationOf(under('Failed'), { phaseAge: 1000 }));
    expect(soon).toMatchObject({ installation: { step: 'failed' } });
    expect(soon.assignment).toBeUndefined();
    const later = decide(observationOf(under('Failed'), { phaseAge: 300_000 }));
    expect(later.assignment).toMatchObject({ action: 'Install', id: id.replace(/\.0$/, '.1') });
  });

  test('that is done is taken back from the machine, for good', () => {
    expect(decide(observationOf(under('Done')))).toMatchObject({
      assignment: 'none',
      installed: true,
      state: 'Installing',
    });
    const again = bareMachine({
      spec: consented,
      status: { ...announced, installedAt: '2026-01-01T00:00:00Z' },
    });
    expect(decide(observationOf(again))).toMatchObject({
      installation: { step: 'refuse', reason: 'Installed' },
    });
    expect(decide(observationOf(again)).assignment).toBeUndefined();
  });

  test('is withdrawn, layout and all, where the consent is', () => {
    const assignment = assignmentOf({ action: 'Install', id });
    const machine = bareMachine({ spec: { assignment }, status: announced });
    expect(decide(observationOf(machine))).toMatchObject({ assignment: 'none', layout: null });
  });

  test('is never assigned to a machine that runs its own system, nor left with it', () => {
    const assignment = assignmentOf({ action: 'Install', id });
    const machine = machineWith({ spec: { ...consented, assignment }, status: announced });
    const free = machineWith({ spec: consented });
    for (const isConfigured of [true, false]) {
      expect(decide(observationOf(machine, { isConfigured })).assignment).toBe('none');
      expect(decide(observationOf(free, { isConfigured })).assignment).toBeUndefined();
    }
  });
});

describe('a machine that is to go back to golden', () => {
  const system = { running: '/nix/store/a', golden: '/nix/store/g' };
  const golden = (more = {}) =>
    machineWith({ spec: { target: 'Golden', ...more }, agent: { mode: 'System', system } });

  test('is told so where no configuration does it', () => {
    expect(decide(observationOf(golden(), { isConfigured: false })).assignment).toMatchObject({
      action: 'Golden',
    });
    expect(decide(observationOf(golden())).assignment).toBeUndefined();
  });

  test('is told once', () => {
    const { assignment } = decide(observationOf(golden(), { isConfigured: false }));
    const told = golden({ assignment });
    expect(decide(observationOf(told, { isConfigured: false })).assignment).toBeUndefined();
  });
});
