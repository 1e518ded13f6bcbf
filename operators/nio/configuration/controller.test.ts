import { Machine, NixOSConfiguration } from '@hearth/domain';
import { ApiError, Stalled, Waiting } from '@hearth/runtime';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { built, commit, golden, namespace, narHash, type Scene, scene } from './testing/scene.ts';

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

/** One pass after another, in which every machine that is told something does it. */
async function rollOut(names: readonly string[]) {
  for (let round = 0; round < names.length * 2; round++) {
    await home.pass();
    for (const name of names) {
      const told = home.assignment(name)?.id;
      if (told && home.get(name).status?.agent?.apply?.id !== told)
        await home.report(name, 'Done', { narHash: narHash('A') });
    }
  }
  return home.pass();
}

describe('what a machine is told', () => {
  it('is the commit, and nothing that could change on the way', async () => {
    await home.machine('attic');
    await home.configure({ probes: [{ name: 'ssh', unit: 'sshd.service' }], confirmWindow: '5m' });
    await home.pass();
    expect(home.assignment('attic')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}\.0\.0$/),
      action: 'Apply',
      configuration: 'home',
      flake: { url: 'github:me/home', ref: 'main', revision: commit('a'), attribute: 'attic' },
      confirmWindow: '5m',
      drift: 'Correct',
      reboot: 'WhenNeeded',
      probes: [{ name: 'ssh', unit: 'sshd.service', timeoutSeconds: 30 }],
      credentials: false,
    });
  });

  it.each(['3d-printer', '2nd-floor', 'a'])('can be told to a machine called %s', async (name) => {
    await home.machine(name);
    await home.configure();
    await home.pass();
    expect(home.assignment(name)?.flake?.attribute).toBe(name);
    expect(Machine.spec.safeParse(home.get(name).spec)).toMatchObject({ success: true });
  });

  it('is the same whoever decides, and is written once', async () => {
    await home.machine('attic');
    await home.configure();
    await home.pass();
    const { id } = home.assignment('attic') ?? {};
    const writes = home.context.patched.length;
    await home.pass();
    expect(home.assignment('attic')?.id).toBe(id);
    expect(home.context.patched.slice(writes).map(({ kind }) => kind)).toEqual(['NixOSConfiguration']);
  });

  it('changes at once where only the terms do, without being done again', async () => {
    await home.machine('attic');
    await home.configure();
    await rollOut(['attic']);
    const { id } = home.assignment('attic') ?? {};
    await home.configure({ drift: 'Report', reboot: 'Never' });
    expect(await home.pass()).toMatchObject({ type: 'ready' });
    expect(home.assignment('attic')).toMatchObject({ id, drift: 'Report', reboot: 'Never' });
  });

  it('comes with its files, or waits for them', async () => {
    await home.machine('attic');
    await home.configure({ files: [{ path: 'wifi/psk', secretKeyRef: { name: 'wifi', key: 'psk' } }] });
    home.giving = {
      ...home.giving,
      look: async () => Promise.reject(new Waiting('MissingSecret', 'There is no Secret wifi.')),
    };
    expect(await home.pass()).toMatchObject({
      type: 'waiting',
      message: expect.stringContaining('There is no Secret wifi.'),
    });
    expect(home.assignment('attic')).toBeUndefined();

    const given: string[] = [];
    const files = [
      { path: 'wifi/psk', key: 'file-1', digest: '1', mode: '0400', owner: 'root', group: 'root' },
    ];
    home.giving = {
      look: async () => ({ files, credentials: false }),
      give: async (_, { metadata, spec }) =>
        void given.push(`${metadata.name} before ${spec.assignment?.id}`),
    };
    await home.pass();
    expect(given).toEqual(['attic before undefined']);
    expect(home.assignment('attic')).toMatchObject({ files });
  });
});

describe('which machines', () => {
  it.each([
    ['that nobody has approved', { spec: { approval: undefined } }],
    ['with another key than the approved one', { status: { publicKey: `${'B'.repeat(43)}=` } }],
    ['that runs the installer', { agent: { mode: 'Installer', system: undefined } }],
    ['that is lost', { status: { state: 'Lost' } }],
    ['that is gone for good', { spec: { forget: true, approval: { publicKey: `${'A'.repeat(43)}=` } } }],
    ['without the labels', { labels: { home: 'no' } }],
  ])('tells nothing to one %s', async (_, more) => {
    await home.machine('attic', more);
    await home.configure();
    await home.pass();
    expect(home.assignment('attic')).toBeUndefined();
  });

  it('leaves a machine to the older configuration, and takes it over when that is gone', async () => {
    await home.machine('attic');
    await home.configure({}, { name: 'home', creationTimestamp: '2026-01-01T00:00:01Z' });
    await home.configure(
      { machineRef: { name: 'attic' }, machineSelector: undefined },
      { name: 'older', creationTimestamp: '2026-01-01T00:00:00Z' },
    );
    await home.pass('older');
    expect(await home.pass()).toMatchObject({
      type: 'stalled',
      reason: 'Conflict',
      message: expect.stringContaining('NixOSConfiguration older has it, which is older.'),
    });
    expect(home.assignment('attic')?.configuration).toBe('older');
    await home.context.act.delete(NixOSConfiguration, { namespace, name: 'older' });
    await home.report('attic', 'Done');
    await home.pass();
    expect(home.assignment('attic')?.configuration).toBe('home');
  });

  it('sends one back that lost its labels, and then has nothing to do with it', async () => {
    await home.machine('attic');
    await home.configure();
    await rollOut(['attic']);
    await home.change('attic', { metadata: { labels: { home: null } } });
    expect(await home.pass()).toMatchObject({ type: 'waiting', reason: 'Reverting' });
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden', configuration: 'home' });
    await home.report('attic', 'Done');
    await home.pass();
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden' });
    expect(home.assignment('attic')).not.toHaveProperty('configuration');
    await home.pass();
    expect(home.status().machines).toBeUndefined();
  });

  it('sends one back whose target it is, and forth again', async () => {
    await home.machine('attic');
    await home.configure();
    await rollOut(['attic']);
    await home.change('attic', { spec: { target: 'Golden' } });
    await home.pass();
    await home.report('attic', 'Done');
    expect(await home.pass()).toMatchObject({ type: 'ready' });
    await home.change('attic', { spec: { target: 'Configuration' } });
    await home.pass();
    expect(home.assignment('attic')).toMatchObject({ action: 'Apply' });
  });
});

describe('which commit', () => {
  it('stays, though the branch is elsewhere by now', async () => {
    await home.configure();
    await home.pass();
    home.answer = commit('b');
    home.context.clock.advance(30 * DAY);
    await home.pass();
    expect(home.status().revision).toBe(commit('a'));
    expect(home.asked).toBe(1);
  });

  it('is looked for again where the flake is another', async () => {
    await home.configure();
    await home.pass();
    home.answer = commit('b');
    await home.configure({ flake: { url: 'github:me/home', ref: 'next' } });
    await home.pass();
    expect(home.status().revision).toBe(commit('b'));
  });

  it('is what the resource says, and nobody is asked', async () => {
    await home.configure({ flake: { url: 'git+ssh://git@example.org/home', revision: commit('c') } });
    await home.pass();
    expect(home.status().revision).toBe(commit('c'));
    expect(home.asked).toBe(0);
  });

  it('follows a branch as often as it is told', async () => {
    await home.configure({ autoUpdate: { every: '1h' } });
    expect(await home.pass()).toMatchObject({ after: 60 * MINUTE });
    home.answer = commit('b');
    home.context.clock.advance(59 * MINUTE);
    expect(await home.pass()).toMatchObject({ after: MINUTE });
    expect(home.status().revision).toBe(commit('a'));
    home.context.clock.advance(MINUTE);
    await home.pass();
    expect(home.status().revision).toBe(commit('b'));
  });

  it('stays while a branch that is followed can’t be asked', async () => {
    await home.machine('attic');
    await home.configure({ autoUpdate: { every: '1h' } });
    await rollOut(['attic']);
    home.answer = new Stalled('NoRepository', 'There is no repository any more.');
    home.context.clock.advance(60 * MINUTE);
    expect(await home.pass()).toMatchObject({
      type: 'ready',
      conditions: [{ type: 'UpToDate', status: 'False', message: 'There is no repository any more.' }],
    });
    expect(home.status().revision).toBe(commit('a'));
  });

  it.each([
    ['waiting', new Waiting('NoAnswer', 'It does not answer.')],
    ['stalled', new Stalled('Private', 'It is private.')],
  ])('is waited for where nobody knows it: %s', async (type, trouble) => {
    await home.machine('attic');
    await home.configure();
    home.answer = trouble;
    expect(await home.pass()).toMatchObject({ type, reason: trouble.reason, message: trouble.message });
    expect(home.assignment('attic')).toBeUndefined();
  });
});

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
    await rollOut(['cellar']);
    // A month later there is another commit.
    home.context.clock.advance(30 * DAY);
    home.answer = commit('b');
    await home.configure({ flake: { url: 'github:me/home', ref: 'next' }, rollout: { maxUnavailable: 2 } });
    await rollOut(['cellar']);
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

describe('a configuration that is deleted', () => {
  beforeEach(async () => {
    await home.machine('attic');
    await home.machine('cellar');
    await home.configure();
    await rollOut(['attic', 'cellar']);
  });

  it('waits until its machines run what they were installed with, by the path', async () => {
    expect(await home.finalize()).toMatchObject({ type: 'waiting', reason: 'Reverting' });
    // No more at the same time than in a rollout.
    expect([home.assignment('attic')?.action, home.assignment('cellar')?.action]).toEqual([
      'Golden',
      'Apply',
    ]);
    await home.report('attic', 'Done');
    await home.change('attic', { status: { agent: { system: { running: built } } } });
    expect(await home.finalize()).toMatchObject({
      message: expect.stringContaining(`It says that it went back, and runs ${built} instead of ${golden}.`),
    });
    await home.change('attic', { status: { agent: { system: { running: golden } } } });
    await home.finalize();
    await home.report('cellar', 'Done');
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect(home.assignment('cellar')).toMatchObject({ action: 'Golden' });
    expect(home.assignment('cellar')).not.toHaveProperty('configuration');
  });

  it('does not take a machine for golden that is in the midst of leaving it', async () => {
    await home.configure({ flake: { url: 'github:me/home', revision: commit('b') } });
    await home.pass();
    await home.report('attic', 'Fetching');
    await home.change('attic', { status: { agent: { system: { running: golden } } } });
    await home.finalize();
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden' });
    expect(await home.finalize()).toMatchObject({ type: 'waiting' });
  });

  it('waits for one that is lost, says so, and does not keep the others', async () => {
    await home.change('attic', { status: { state: 'Lost' } });
    await home.finalize();
    expect([home.assignment('attic')?.action, home.assignment('cellar')?.action]).toEqual([
      'Golden',
      'Golden',
    ]);
    await home.report('cellar', 'Done');
    expect(await home.finalize()).toMatchObject({
      type: 'waiting',
      message: expect.stringContaining('set spec.forget: true on the Machine'),
    });
    await home.change('attic', { spec: { forget: true } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
  });

  it('lets a machine go that is deleted itself', async () => {
    await home.finalize();
    for (const name of ['attic', 'cellar'])
      await home.change(name, { metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
  });

  it('leaves nothing to do to a machine that is in the installer now', async () => {
    for (const name of ['attic', 'cellar'])
      await home.change(name, { status: { agent: { mode: 'Installer', system: null } } });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect(home.assignment('attic')).toMatchObject({ action: 'Golden' });
    expect(home.assignment('attic')).not.toHaveProperty('configuration');
    expect(home.assignment('attic')).not.toHaveProperty('flake');
  });

  it('says of a long failure as much as a status holds', async () => {
    await home.finalize();
    await home.report('attic', 'Failed', { fault: 'Machine', message: 'x'.repeat(1024) });
    const { machines = [] } = (await home.finalize()).status as ReturnType<Scene['status']>;
    expect(machines.map(({ message = '' }) => message.length)).toEqual([200, expect.any(Number)]);
  });

  it('leaves the machines as they are where it is told so', async () => {
    await home.configure({ onRemove: 'Keep' });
    expect(await home.finalize()).toMatchObject({ type: 'ready' });
    expect([home.assignment('attic'), home.assignment('cellar')]).toEqual([undefined, undefined]);
    expect(home.get('attic').status?.agent?.system?.running).toBe(built);
  });

  it('tries again where a machine could not go back', async () => {
    await home.finalize();
    await home.report('attic', 'Failed', { fault: 'Machine', message: 'The lock is held.' });
    expect(await home.finalize()).toMatchObject({
      message: expect.stringContaining('It could not go back, and tries again: The lock is held.'),
    });
    await home.report('cellar', 'Done');
    home.context.clock.advance(MINUTE);
    await home.finalize();
    expect(home.assignment('attic')).toMatchObject({
      action: 'Golden',
      id: expect.stringMatching(/\.0\.1$/),
    });
  });
});

describe('a write', () => {
  /** The API server answers this to every write of attic, until it is told otherwise. */
  const answering = (error: Error) => {
    const { patch } = home.context.act;
    home.context.act.patch = async (kind, key, ...rest) =>
      key.name === 'attic' ? Promise.reject(error) : patch(kind, key, ...rest);
    return () => {
      home.context.act.patch = patch;
    };
  };
  const answer = (status: number, body: object) =>
    new ApiError({ method: 'PATCH', path: '/machines/attic' }, status, body);

  beforeEach(async () => {
    for (const name of ['attic', 'cellar']) await home.machine(name);
    await home.configure({ rollout: { canary: 0, maxUnavailable: 2 } });
  });

  it.each([
    ['was overtaken', answer(422, { message: 'the server rejected our request' })],
    ['was not answered', answer(500, { message: 'etcdserver: request timed out' })],
  ])('that %s keeps no other back, and the pass is made again', async (_, error) => {
    const mend = answering(error);
    await expect(home.pass()).rejects.toBe(error);
    expect(home.assignment('cellar')).toBeDefined();
    mend();
    // The commit is what it was, though another has been pushed since.
    home.answer = commit('b');
    await home.pass();
    expect(home.status().revision).toBe(commit('a'));
    expect(home.assignment('attic')?.flake?.revision).toBe(commit('a'));
    expect(home.asked).toBe(1);
  });

  it('that is refused is told of its machine', async () => {
    const mend = answering(
      answer(422, { details: { name: 'attic' }, message: 'Machine "attic" is invalid' }),
    );
    const outcome = await home.pass();
    expect(outcome).toMatchObject({
      type: 'waiting',
      reason: 'Refused',
      message: expect.stringContaining('Machine "attic" is invalid'),
    });
    expect(outcome.after).toBeUndefined();
    expect(home.status()).toMatchObject({ revision: commit('a') });
    expect(home.states()).toEqual(['attic Failed', 'cellar Waiting']);
    mend();
    await rollOut(['attic', 'cellar']);
    await home.change('attic', { spec: { assignment: { action: 'Apply' } } });
    answering(answer(403, { details: { name: 'attic' }, message: 'forbidden' }));
    await home.configure({ onRemove: 'Keep' });
    expect(await home.finalize()).toMatchObject({ type: 'waiting', reason: 'Reverting' });
  });
});

test('a commit is in the status before any machine is told of it', async () => {
  await home.machine('attic');
  await home.configure();
  const { patch } = home.context.act;
  const order: unknown[] = [];
  home.context.act.patch = async (kind, key, change, how) => {
    order.push([kind.kind, home.get('attic').spec.assignment?.flake?.revision]);
    return patch(kind, key, change, how);
  };
  await home.pass();
  expect(order[0]).toEqual(['NixOSConfiguration', undefined]);
  expect(order[1]).toEqual(['Machine', undefined]);
});
