import type { AgentStatus, MachineFacts } from '@hearth/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { startAgent, type TestAgent } from './agent.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const agents: TestAgent[] = [];
beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(async () => {
  await Promise.all(agents.map(({ api }) => api.close()));
  await world?.close();
});

const disk = (more: object = {}) => ({
  name: '/dev/nvme0n1',
  serial: 'S4EWNX0R',
  bytes: 256e9,
  empty: true,
  removable: false,
  rotational: false,
  ...more,
});

let made = 0;

/** A machine in the installer that is heard. */
async function installer(disks: MachineFacts['disks'] = [disk()]): Promise<TestAgent> {
  const agent = await startAgent(world, `bare-${++made}`, { disks });
  agents.push(agent);
  await agent.heartbeat();
  return agent;
}

/** Where its agent is with what it was assigned. */
async function progress(
  agent: TestAgent,
  phase: NonNullable<AgentStatus['apply']>['phase'],
  more: object = {},
) {
  const id = (await world.machine(agent.name)).spec.assignment?.id ?? '';
  const message = `It is ${phase.toLowerCase()}.`;
  await agent.report({ apply: { id, phase, message, since: new Date().toISOString(), ...more } });
}

const conditionOf = async ({ name }: TestAgent) => (await world.machine(name)).status?.conditions?.[0];

test('is begun with consent to a disk, and ends with a machine that is Ready', async () => {
  const agent = await installer();
  await eventually(async () => expect(await conditionOf(agent)).toMatchObject({ reason: 'NoDisk' }));
  await world.patch(agent.name, { spec: { disk: { serial: 'S4EWNX0R' } } });
  await eventually(async () => {
    const { spec, status } = await world.machine(agent.name);
    expect(spec.assignment).toMatchObject({ action: 'Install', credentials: false });
    expect(status).toMatchObject({
      state: 'Installing',
      layout: { serial: 'S4EWNX0R', device: '/dev/nvme0n1', system: 19_999_490_048 },
    });
  });

  // Its own work makes the disk look like one that has something on it.
  await progress(agent, 'Building');
  await agent.report({ facts: { ...agent.facts, disks: [disk({ empty: false })] } });
  await eventually(async () =>
    expect(await conditionOf(agent)).toMatchObject({ message: 'It is building.' }),
  );
  expect((await world.machine(agent.name)).spec.assignment?.action).toBe('Install');

  await progress(agent, 'Done');
  await eventually(async () => {
    const { spec, status } = await world.machine(agent.name);
    expect(spec.assignment).toBeUndefined();
    expect(status?.installedAt).toBeDefined();
  });
  await agent.report({ mode: 'System' });
  await agent.heartbeat();
  await eventually(async () => {
    const { status } = await world.machine(agent.name);
    expect(status).toMatchObject({ state: 'Ready' });
    expect(status?.conditions?.[0]).toMatchObject({ type: 'Ready', status: 'True' });
  });
});

describe('no disk is written to without its serial', () => {
  const consent = { serial: 'S4EWNX0R', erase: true };

  test.each<[string, object, MachineFacts['disks'], string]>([
    ['the serial of another disk', { serial: 'OTHER', erase: true }, [disk()], 'NoSuchDisk'],
    ['the beginning of a serial', { serial: 'S4EW', erase: true }, [disk()], 'NoSuchDisk'],
    ['a serial in other case', { serial: 's4ewnx0r', erase: true }, [disk()], 'NoSuchDisk'],
    ['a disk whose serial is padded', consent, [disk({ serial: ' S4EWNX0R ' })], 'NoSuchDisk'],
    ['a disk without a serial', consent, [disk({ serial: '' })], 'NoSuchDisk'],
    ['two disks with one serial', consent, [disk(), disk({ name: '/dev/sda' })], 'AmbiguousDisk'],
    [
      'two disks, one serial padded',
      consent,
      [disk(), disk({ name: '/dev/sda', serial: 'S4EWNX0R  ' })],
      'AmbiguousDisk',
    ],
    ['the medium of the installer', consent, [disk({ removable: true })], 'RemovableDisk'],
    ['a partition', consent, [disk({ name: '/dev/nvme0n1p1' })], 'NotADisk'],
    ['a path out of /dev', consent, [disk({ name: '/dev/../etc' })], 'NotADisk'],
    [
      'a disk with data, without a word of it',
      { serial: 'S4EWNX0R' },
      [disk({ empty: false })],
      'DiskNotEmpty',
    ],
    ['a disk that is too small', consent, [disk({ bytes: 2e9 })], 'DiskTooSmall'],
  ])('%s', async (_, given, disks, reason) => {
    const agent = await installer(disks);
    await world.patch(agent.name, { spec: { disk: given } });
    await eventually(async () => expect(await conditionOf(agent)).toMatchObject({ reason }));
    const { spec, status } = await world.machine(agent.name);
    expect([spec.assignment, status?.layout]).toEqual([undefined, undefined]);
  });

  test.each([
    ['the device', '/dev/nvme0n1'],
    ['a pattern', '*'],
    ['nothing', ''],
    ['a space', ' '],
  ])('%s is no serial to the API server', async (_, serial) => {
    const agent = await installer();
    await expect(world.patch(agent.name, { spec: { disk: { serial, erase: true } } })).rejects.toThrow(
      'must be the serial number of the disk',
    );
  });

  test('a consent that is taken back before anything began', async () => {
    const agent = await installer();
    await world.patch(agent.name, { spec: { disk: consent } });
    await eventually(async () =>
      expect((await world.machine(agent.name)).spec.assignment?.action).toBe('Install'),
    );
    await world.patch(agent.name, { spec: { disk: null } });
    await eventually(async () => {
      const { spec, status } = await world.machine(agent.name);
      expect([spec.assignment, status?.layout]).toEqual([undefined, undefined]);
    });
  });

  test('a machine that has its system, and starts the installer again', async () => {
    const agent = await installer();
    await agent.report({ mode: 'System' });
    await eventually(async () => expect((await world.machine(agent.name)).status?.installedAt).toBeDefined());
    await agent.report({ mode: 'Installer' });
    await world.patch(agent.name, { spec: { disk: consent } });
    await eventually(async () => expect(await conditionOf(agent)).toMatchObject({ reason: 'Installed' }));
    expect((await world.machine(agent.name)).spec.assignment).toBeUndefined();
  });

  test('a machine that nobody has approved', async () => {
    const agent = await installer();
    const { metadata } = await world.machine(agent.name);
    const { apiVersion, kind } = await world.machine(agent.name);
    const unapproved = {
      apiVersion,
      kind,
      metadata: { name: `stranger-${made}`, namespace: metadata.namespace },
    };
    await world.kubectl(['create', '-f', '-'], { ...unapproved, spec: { disk: consent } });
    await eventually(async () => {
      const { spec, status } = await world.machine(`stranger-${made}`);
      expect(status?.state).toBe('Discovered');
      expect(spec.assignment).toBeUndefined();
    });
  });
});

describe('an agent that asks whether it is still heard', () => {
  async function asking(): Promise<TestAgent> {
    const agent = await installer();
    await agent.report({ mode: 'System' });
    const assignment = { id: '00112233445566ff.0.0', action: 'Apply', confirmWindow: '10m' };
    await eventually(async () => expect((await world.machine(agent.name)).status?.state).toBe('Ready'));
    await world.patch(agent.name, { spec: { assignment } });
    return agent;
  }
  const answerTo = async (agent: TestAgent) => (await world.machine(agent.name)).spec.assignment?.confirmed;

  test('is answered after its next heartbeat, whatever its clock says', async () => {
    const agent = await asking();
    await progress(agent, 'Confirming', { nonce: 'nonce-1', since: '2100-01-01T00:00:00Z' });
    await eventually(async () =>
      expect(await conditionOf(agent)).toMatchObject({ message: 'It is confirming.' }),
    );
    expect(await answerTo(agent)).toBeUndefined();
    await agent.heartbeat();
    await eventually(async () => expect(await answerTo(agent)).toBe('nonce-1'));
  });

  test('is not answered about another assignment than the one that it has', async () => {
    const agent = await asking();
    const apply = { id: 'other', phase: 'Confirming', nonce: 'nonce-2', message: 'It asks.' } as const;
    await agent.report({ apply: { ...apply, since: new Date(0).toISOString() } });
    await agent.heartbeat();
    await eventually(async () =>
      expect(await conditionOf(agent)).toMatchObject({ message: 'It has not begun with what it has to do.' }),
    );
    await agent.heartbeat();
    expect(await answerTo(agent)).toBeUndefined();
  });
});
