import { expect } from 'vitest';
import { eventually, type Row, reaches, type Scene, says, type UntouchedRow } from './fault-row.ts';
import { removeFlake } from './flakes.ts';
import { MACHINES } from './machines-home.ts';

const YEAR = 365 * 86_400;

/** What a machine has too little of, or not right. */
export const shortMachines: readonly Row[] = [
  {
    name: 'the disk is full, and is not any more',
    system: { bytes: 40 * 2 ** 20 },
    before: ({ machine }) => machine.limit('disk', 2 ** 20),
    runs: 'new',
    says: /^Failed: .*([Dd]isk is full|[Nn]o space left).* Nothing was changed[.]/,
    async during(scene) {
      await says(scene, /^Failed/);
      expect(await scene.machine.runningClosure()).toBe(scene.golden);
      await scene.machine.limit('disk');
    },
  },
  {
    name: 'the boot partition is full, and is not any more',
    system: { kernel: '6.13' },
    before: ({ machine }) => machine.limit('boot', 0),
    runs: 'new',
    says: /^Failed: The boot partition is full: .* Nothing was changed[.]/,
    async during(scene) {
      await says(scene, /^Failed/);
      await scene.machine.limit('boot');
    },
  },
  {
    name: 'the boot partition is full by the time that the boot entry is written',
    plan: [{ at: 'switch:end', do: { pause: 2 }, once: true }],
    runs: 'golden',
    says: /^RolledBack: The boot loader can’t be set up .*[Nn]o space left/,
    async during({ machine }) {
      await reaches(machine, 'switch:end');
      await machine.limit('boot', 0);
    },
  },
  {
    name: 'somebody else holds the lock, and then lets it go',
    async before({ machine }) {
      await machine.exec('mkdir', '-p', '/run/nixos');
      const lock = '/run/nixos/switch-to-configuration.lock';
      await machine.exec('systemd-run', '--unit=stale', '--', 'flock', '-o', lock, 'sleep', 'infinity');
    },
    runs: 'new',
    says: /^Failed: Somebody else is switching the machine just now: .* Nothing was changed[.]/,
    async during(scene) {
      await says(scene, /^Failed/);
      await scene.machine.exec('systemctl', 'stop', 'stale');
    },
  },
  {
    name: 'the lock’s file was left behind and nobody holds it',
    before: async ({ machine }) => {
      await machine.exec('mkdir', '-p', '/run/nixos');
      await machine.exec('touch', '/run/nixos/switch-to-configuration.lock');
    },
    runs: 'new',
    says: /^Done: /,
  },
  {
    name: 'garbage is collected at every moment, and it is deleted afterwards',
    runs: 'golden',
    says: /^Done: The machine runs what it was installed with/,
    async during(scene) {
      const collect = () => scene.machine.exec('nix-collect-garbage', '--delete-old');
      await says(scene, /^Testing/);
      await collect();
      await says(scene, /^Confirming/);
      await collect();
      await says(scene, /^Done: The machine runs it/);
      await collect();
      await remove(scene);
      await collect();
    },
  },
  ...[YEAR, -YEAR].map(
    (off): Row => ({
      name: `the clock is ${off > 0 ? 'ahead' : 'behind'} by a year`,
      async before({ machine }) {
        await machine.powerOff();
        await machine.setClock(off);
        await machine.boot();
      },
      runs: 'new',
      says: /^Done: /,
    }),
  ),
];

/** Who asks, and who is asked, is not there. */
export const absentPeople: readonly Row[] = [
  {
    name: 'its configuration is deleted while it switches',
    plan: [{ at: 'switch:activate', do: { pause: 3 }, once: true }],
    runs: 'golden',
    says: /^Done: The machine runs what it was installed with/,
    async during(scene) {
      await reaches(scene.machine, 'switch:activate');
      await remove(scene);
    },
  },
  {
    name: 'it was off for a month and its token has ended',
    async before({ home, machine }) {
      await machine.powerOff();
      const account = ['--namespace', MACHINES, 'serviceaccount', `machine-${machine.name}`];
      // Its tokens end with the account; NIO makes another of the same name.
      expect(await home.kubectl(['delete', ...account])).toMatchObject({ ok: true });
      await eventually(async () =>
        expect(await home.kubectl(['get', ...account])).toMatchObject({ ok: true }),
      );
      await machine.boot();
    },
    runs: 'new',
    says: /^Done: /,
  },
];

/** A flake that can't be had as it is asked for. */
export const brokenFlakes: readonly Row[] = [
  {
    name: 'the commit is gone by a forced push before it is fetched',
    plan: [{ at: 'nix:fetch', do: { pause: 4 }, once: true }],
    runs: 'golden',
    says: /^Failed: Nix .*Cannot find Git revision .* Nothing was changed[.]/,
    async during({ machine, flake }) {
      await reaches(machine, 'nix:fetch');
      await flake.forcePush({ [flake.name]: { version: '3' } });
    },
  },
  {
    name: 'the repository is gone before it is fetched',
    plan: [{ at: 'nix:fetch', do: { pause: 3 }, once: true }],
    runs: 'golden',
    says: /^Failed: Nix .*repository '.*' not found .* Nothing was changed[.]/,
    async during({ machine, flake }) {
      await reaches(machine, 'nix:fetch');
      await removeFlake(flake);
    },
  },
  {
    name: 'the flake has another content than it should',
    spec: ({ url, name }) => ({
      flake: { url, ref: 'main', attribute: name, narHash: `sha256-${'A'.repeat(43)}=` },
    }),
    runs: 'golden',
    says: /^Failed: The flake is not what it should be: its narHash is .* Nothing was changed[.]/,
  },
];

/** A flake that NIO itself can't find: no machine hears of it. */
export const unknownFlakes: readonly UntouchedRow[] = [
  {
    name: 'its repository does not let in who has no credentials',
    before: async ({ home, flake }) => home.git.protect(flake.name, { user: 'home', password: 'Zu8-geheim' }),
    tells: /is private: name a Secret with credentials in spec[.]credentialsRef[.]/,
  },
  {
    name: 'its repository was never there, or is gone',
    before: ({ flake }) => removeFlake(flake),
    tells: /^There is no repository at git[+]http:.* [(]404[)]/,
  },
];

/** Deletes the configuration of a machine, and waits until nothing of it is left. */
async function remove(scene: Scene): Promise<void> {
  const { kubectl } = scene.home;
  const deleted = await kubectl([
    'delete',
    '--namespace',
    MACHINES,
    'nixosconfiguration',
    scene.machine.name,
  ]);
  expect(deleted).toMatchObject({ ok: true });
}
