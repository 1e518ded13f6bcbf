import { Machine as Kind } from '@hearth/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationOf, enrolled, eventually } from './fault-row.ts';
import type { Machine } from './machine.ts';
import { MACHINES, type MachinesHome, machineOf, openMachinesHome } from './machines-home.ts';

let home: MachinesHome;

beforeAll(async () => {
  home = await openMachinesHome();
});

afterAll(() => home.close());

/** What the agent of a machine shows to whoever sits before it. */
const shows = (machine: Machine, what: RegExp): Promise<void> =>
  eventually(async () => expect(await machine.log('hearth-agent.service')).toMatch(what));

const approve = (name: string, publicKey: string | undefined) =>
  home.client.patch(Kind, { namespace: MACHINES, name }, { spec: { approval: { publicKey } } });

describe.concurrent('who comes in', () => {
  test('is who shows the same pairing code as the home', { timeout: 120_000 }, async () => {
    const machine = await home.machine({ name: 'by-code' });
    await machine.boot();
    await shows(machine, /Pairing code: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    const waiting = await machineOf(home.client, 'by-code');
    expect(await machine.log('hearth-agent.service')).toContain(
      `Pairing code: ${waiting?.status?.pairingCode}`,
    );
    expect(waiting?.status).toMatchObject({ state: 'Discovered' });
    await approve('by-code', waiting?.status?.publicKey);
    await eventually(async () =>
      expect((await machineOf(home.client, 'by-code'))?.status).toMatchObject({ state: 'Ready' }),
    );
  });

  test('is nobody who shows a join token that was used', { timeout: 120_000 }, async () => {
    const token = await home.token();
    const [first, second] = [
      await home.machine({ name: 'token-first', token }),
      await home.machine({ name: 'token-second', token }),
    ];
    await first.boot();
    await eventually(async () =>
      expect((await machineOf(home.client, 'token-first'))?.status?.state).toBe('Ready'),
    );
    await second.boot();
    await shows(
      second,
      /The join token of this machine is not known: it was used before, or it has ended[.]/,
    );
    const refused = await machineOf(home.client, 'token-second');
    expect(refused?.spec.approval).toBeUndefined();
    expect((await machineOf(home.client, 'token-first'))?.status?.state).toBe('Ready');
  });

  test('is not who has another’s name, machine-id and network card', { timeout: 180_000 }, async () => {
    const owner = await enrolled(home, 'owner');
    const before = await machineOf(home.client, 'owner');
    await owner.powerOff();
    const stranger = await home.machine({
      name: 'stranger',
      hostname: 'owner',
      machineId: owner.machineId,
      mac: owner.mac,
    });
    await stranger.boot();
    await shows(stranger, /This machine waits to be taken in as owner-[0-9a-f]{4}[.]/);
    const found = (await home.client.list(Kind, MACHINES)).find(({ metadata }) =>
      /^owner-/.test(metadata.name),
    );
    await eventually(async () =>
      expect((await machineOf(home.client, found?.metadata.name ?? ''))?.status).toMatchObject({
        state: 'Discovered',
        conditions: expect.arrayContaining([
          expect.objectContaining({
            type: 'Duplicate',
            message: expect.stringContaining(
              'Machine owner has the same machine-id or network card, and another key.',
            ),
          }),
        ]),
      }),
    );
    expect(await stranger.exec('ls', '/var/lib/hearth/agent')).toMatchObject({
      stdout: expect.not.stringContaining('admission'),
    });
    await stranger.powerOff();
    await owner.boot();
    await eventually(async () => {
      const after = await machineOf(home.client, 'owner');
      expect(after?.spec.approval).toEqual(before?.spec.approval);
      // Another start of the machine, told by the machine itself.
      expect(after?.status?.agent?.system?.bootId).not.toBe(before?.status?.agent?.system?.bootId);
      expect(after?.status?.state).toBe('Ready');
    });
  });

  test('are both of two machines with one machine-id, each as itself', { timeout: 180_000 }, async () => {
    const one = await enrolled(home, 'twin-one');
    const other = await home.machine({
      name: 'twin-two',
      machineId: one.machineId,
      token: await home.token(),
    });
    await other.boot();
    const flake = await home.flake('twin-two', { version: '2' });
    await eventually(async () =>
      expect((await machineOf(home.client, 'twin-two'))?.status).toMatchObject({
        state: 'Ready',
        agent: { system: { running: await other.runningClosure() } },
      }),
    );
    await home.client.apply(configurationOf('twin-two', flake));
    await eventually(async () => {
      const { status } = (await machineOf(home.client, 'twin-two')) ?? {};
      expect(status?.agent?.apply?.phase).toBe('Done');
    }, 90);
    expect(await other.runningClosure()).toMatch(/-nixos-system-twin-two-2$/);
    expect(await one.runningClosure()).toMatch(/-nixos-system-golden-1$/);
    expect((await machineOf(home.client, 'twin-one'))?.status).toMatchObject({ state: 'Ready' });
  });

  test('is let go when it has died for good', { timeout: 180_000 }, async () => {
    const machine = await enrolled(home, 'dead');
    const flake = await home.flake('dead', { version: '2' });
    await home.client.apply(configurationOf('dead', flake));
    await eventually(
      async () => expect((await machineOf(home.client, 'dead'))?.status?.agent?.apply?.phase).toBe('Done'),
      90,
    );
    await machine.close();
    const configuration = ['--namespace', MACHINES, 'nixosconfiguration', 'dead'];
    await home.kubectl(['delete', '--wait=false', ...configuration]);
    await eventually(async () => {
      const { stdout } = await home.kubectl([
        'get',
        '-o',
        'jsonpath={.status.conditions[*].message}',
        ...configuration,
      ]);
      expect(stdout).toContain('its machines go back: dead.');
    });
    const forget = JSON.stringify({ spec: { forget: true } });
    await home.kubectl(['patch', '--type=merge', '-p', forget, '--namespace', MACHINES, 'machine', 'dead']);
    await eventually(async () =>
      expect(await home.kubectl(['get', ...configuration])).toMatchObject({ ok: false }),
    );
    expect(
      await home.kubectl(['delete', '--timeout=30s', '--namespace', MACHINES, 'machine', 'dead']),
    ).toMatchObject({
      ok: true,
    });
  });
});

test('a rollout goes on when NIO was killed in the midst of it, twice', { timeout: 240_000 }, async () => {
  const names = ['rolled-1', 'rolled-2', 'rolled-3'];
  const machines = await Promise.all(names.map((name) => enrolled(home, name)));
  for (const name of names)
    await home.client.patch(Kind, { namespace: MACHINES, name }, { metadata: { labels: { row: 'rolled' } } });
  const flake = await home.flake('rolled', { version: '2' });
  const spec = { machineRef: undefined, machineSelector: { matchLabels: { row: 'rolled' } } };
  await home.client.apply(configurationOf('rolled', flake, spec));
  const phaseOf = async (name: string) => (await machineOf(home.client, name))?.status?.agent?.apply?.phase;
  for (const [name, phase] of [
    ['rolled-1', 'Testing'],
    ['rolled-2', 'Confirming'],
  ] as const) {
    await eventually(async () => expect(await phaseOf(name)).toBe(phase), 90);
    await home.nio.kill();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await home.nio.start();
  }
  await eventually(async () => {
    for (const machine of machines) expect(await machine.runningClosure()).toMatch(/-nixos-system-rolled-2$/);
    expect(await Promise.all(names.map(phaseOf))).toEqual(['Done', 'Done', 'Done']);
  }, 120);
});
