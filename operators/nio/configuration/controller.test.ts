import { Machine, NixOSConfiguration } from '@hearth/domain';
import { ApiError, Stalled, Waiting } from '@hearth/runtime';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { rollOut } from './testing/roll-out.ts';
import { commit, namespace, type Scene, scene } from './testing/scene.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let home: Scene;
beforeEach(() => {
  home = scene();
});

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
    await rollOut(home, ['attic']);
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
    await rollOut(home, ['attic']);
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
    await rollOut(home, ['attic']);
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

  it('is looked for by machines on the branch that is followed', async () => {
    await home.machine('attic');
    await home.configure({
      flake: { url: 'git+https://git/home', ref: 'main' },
      autoUpdate: { branch: 'next', every: '1h' },
    });
    await home.pass();
    expect(home.assignment('attic')?.flake).toMatchObject({ ref: 'next', revision: commit('a') });
  });

  it('stays while a branch that is followed can’t be asked', async () => {
    await home.machine('attic');
    await home.configure({ autoUpdate: { every: '1h' } });
    await rollOut(home, ['attic']);
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
    await rollOut(home, ['attic', 'cellar']);
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
