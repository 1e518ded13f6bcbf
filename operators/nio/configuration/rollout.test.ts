import { beforeEach, describe, expect, it } from 'vitest';
import { rollOut } from './testing/roll-out.ts';
import { commit, narHash, type Scene, scene } from './testing/scene.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let home: Scene;
beforeEach(() => {
  home = scene();
});

/** The facts of the machines of a scene. */
const facts = {
  machineId: '0'.repeat(32),
  firmware: 'uefi',
  cores: 4,
  memoryBytes: 8e9,
  disks: [],
  interfaces: [],
};

describe('what is in the commit', () => {
  it('is what the first machine found, for all others', async () => {
    await home.machine('attic');
    await home.machine('cellar');
    await home.configure();
    await home.pass();
    expect(home.assignment('attic')?.flake).not.toHaveProperty('narHash');
    await home.report('attic', 'Done', { narHash: narHash('A') });
    await home.pass();
    expect(home.status().narHash).toBe(narHash('A'));
    expect(home.assignment('cellar')?.flake).toMatchObject({ narHash: narHash('A') });
  });

  it('stops everything where another finds something else', async () => {
    for (const name of ['attic', 'cellar', 'den']) await home.machine(name);
    await home.configure();
    await home.pass();
    await home.report('attic', 'Done', { narHash: narHash('A') });
    await home.pass();
    await home.report('cellar', 'Failed', { narHash: narHash('B'), fault: 'Flake' });
    expect(await home.pass()).toMatchObject({
      type: 'stalled',
      reason: 'ContentDiffers',
      message: expect.stringContaining(
        `Machine cellar got ${narHash('B')} of this commit, and others ${narHash('A')}`,
      ),
    });
    home.context.clock.advance(DAY);
    await home.pass();
    expect(home.assignment('den')).toBeUndefined();
    expect(home.status().quarantine).toBeUndefined();
  });

  it('has to be what the resource says', async () => {
    await home.machine('attic');
    await home.configure({ flake: { url: 'github:me/home', narHash: narHash('C') } });
    await home.pass();
    expect(home.assignment('attic')?.flake).toMatchObject({ narHash: narHash('C') });
    await home.report('attic', 'Failed', { narHash: narHash('A'), fault: 'Flake' });
    expect(await home.pass()).toMatchObject({ type: 'stalled', reason: 'ContentDiffers' });
    // Somebody who knows says which is right.
    await home.configure({ flake: { url: 'github:me/home', narHash: narHash('A') } });
    home.context.clock.advance(10 * MINUTE);
    await home.pass();
    expect(home.assignment('attic')).toMatchObject({
      id: expect.stringMatching(/\.0\.1$/),
      flake: { narHash: narHash('A') },
    });
  });
});

describe('a failure', () => {
  it.each(['Configuration', 'Network'] as const)(
    'of the kind %s puts the commit into quarantine, once and for all',
    async (fault) => {
      await home.machine('attic');
      await home.configure();
      await home.pass();
      await home.report('attic', 'RolledBack', { fault, message: 'The network went.' });
      expect(await home.pass()).toMatchObject({
        type: 'stalled',
        reason: 'Failed',
        message: expect.stringContaining('The network went.'),
      });
      expect(home.status().quarantine).toMatchObject([
        { key: `${commit('a')}-x86_64`, machine: 'attic', attempt: 0 },
      ]);
      const { id } = home.assignment('attic') ?? {};
      home.context.clock.advance(30 * DAY);
      await home.pass();
      expect(home.assignment('attic')?.id).toBe(id);
      expect(home.context.events).toEqual([
        {
          type: 'Warning',
          reason: 'CommitFailed',
          message: 'aaaaaaaaaaaa failed on attic: The network went.',
        },
      ]);
    },
  );

  it('is kept apart by architecture', async () => {
    await home.machine('attic');
    await home.machine('pi', { agent: { facts: { ...facts, architecture: 'aarch64' } } });
    await home.machine('shed');
    await home.configure({ rollout: { canary: 0, pauseOnFailure: false } });
    await home.pass();
    await home.report('attic', 'Failed', { fault: 'Configuration' });
    await home.pass();
    expect(home.states()).toEqual(['attic Failed', 'pi Waiting', 'shed Quarantined']);
    expect(home.assignment('pi')).toMatchObject({ action: 'Apply' });
    await home.report('pi', 'Done');
    expect(await home.pass()).toMatchObject({ type: 'stalled', reason: 'Quarantined' });
    expect(home.assignment('shed')).toBeUndefined();
  });

  it('is tried again when a person says so, or with another commit', async () => {
    await home.machine('attic');
    await home.configure();
    await home.pass();
    await home.report('attic', 'Failed', { fault: 'Configuration' });
    await home.pass();
    await home.configure({ rollout: { attempt: 1 } });
    await home.pass();
    expect(home.assignment('attic')?.id).toMatch(/\.1\.0$/);
    await home.report('attic', 'Failed', { fault: 'Configuration' });
    expect(await home.pass()).toMatchObject({ type: 'stalled' });
    await home.configure({
      flake: { url: 'github:me/home', revision: commit('d') },
      rollout: { attempt: 1 },
    });
    await home.pass();
    expect(home.assignment('attic')?.flake).toMatchObject({ revision: commit('d') });
    await home.report('attic', 'Done');
    expect(await home.pass()).toMatchObject({ type: 'ready' });
  });

  it.each(['Machine', 'Flake'] as const)(
    'of the kind %s is tried again by itself, more and more seldom',
    async (fault) => {
      await home.machine('attic');
      await home.configure();
      await home.pass();
      const delays: number[] = [];
      for (let retry = 0; retry < 6; retry++) {
        await home.report('attic', 'Failed', {
          fault,
          message: 'The commit is not in the repository any more.',
        });
        const outcome = await home.pass();
        expect(outcome).toMatchObject({ type: 'waiting', reason: 'Retrying' });
        expect(outcome.message).toContain(
          'attic: The commit is not in the repository any more. It is tried again.',
        );
        delays.push(outcome.after ?? 0);
        home.context.clock.advance(outcome.after ?? 0);
        await home.pass();
        expect(home.assignment('attic')?.id).toMatch(new RegExp(`\\.0\\.${retry + 1}$`));
      }
      expect(delays[0]).toBeGreaterThan(20_000);
      expect(delays.every((delay, at) => at === 0 || delay >= (delays[at - 1] ?? 0))).toBe(true);
      expect(Math.max(...delays)).toBeLessThanOrEqual(13 * MINUTE);
      expect(home.status().quarantine).toBeUndefined();
    },
  );
});

describe('a machine that is away', () => {
  it('counts as down for the others, and gets what is present when it is back', async () => {
    await home.machine('attic', { status: { state: 'Lost' } });
    await home.machine('cellar');
    await home.configure();
    expect(await home.pass()).toMatchObject({
      type: 'waiting',
      reason: 'MachineLost',
      message: expect.stringContaining('attic can’t be reached and counts as unavailable.'),
    });
    await home.configure({ rollout: { maxUnavailable: 2 } });
    await rollOut(home, ['cellar']);
    // A month later there is another commit.
    home.context.clock.advance(30 * DAY);
    home.answer = commit('b');
    await home.configure({ flake: { url: 'github:me/home', ref: 'next' }, rollout: { maxUnavailable: 2 } });
    await rollOut(home, ['cellar']);
    expect(home.assignment('attic')).toBeUndefined();
    await home.change('attic', { status: { state: 'Ready' } });
    await home.pass();
    expect(home.assignment('attic')?.flake).toMatchObject({ revision: commit('b') });
  });
});

describe('a schedule', () => {
  const schedule = { from: '03:00', to: '05:00' };

  it('keeps changes for its time, and lets what began in it end', async () => {
    await home.machine('attic');
    await home.machine('cellar');
    await home.configure({ schedule: { ...schedule, timeZone: 'Europe/Vienna' } });
    expect(await home.pass()).toMatchObject({
      type: 'waiting',
      reason: 'OutsideSchedule',
      message: expect.stringContaining('2026-01-02T02:00:00.000Z'),
      after: 14 * 60 * MINUTE,
    });
    home.context.clock.advance(14 * 60 * MINUTE);
    await home.pass();
    const { id } = home.assignment('attic') ?? {};
    expect(id).toBeDefined();
    home.context.clock.advance(2 * 60 * MINUTE);
    await home.pass();
    expect(home.assignment('attic')?.id).toBe(id);
    await home.report('attic', 'Done');
    expect(await home.pass()).toMatchObject({ reason: 'OutsideSchedule' });
    expect(home.assignment('cellar')).toBeUndefined();
  });

  it('says that there is no such time zone', async () => {
    await home.configure({ schedule: { ...schedule, timeZone: 'Europe/Atlantis' } });
    expect(await home.pass()).toMatchObject({ type: 'stalled', reason: 'NoSuchTimeZone' });
  });
});
