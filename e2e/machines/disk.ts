import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { ToyFlake } from './flakes.ts';
import type { Site } from './site.ts';

const COMMANDS = join(import.meta.dirname, 'commands');

/** The commands that come first on a machine's path, and the files that they are. */
const FAKES = [
  'bootctl',
  'nix',
  'timedatectl',
  'nixos-rebuild',
  'nixos-install',
  'switch-to-configuration',
  'systemctl',
  'systemd-run',
] as const;

/** A system that a disk can be installed with. */
export interface Golden {
  readonly flake: ToyFlake;
  readonly revision: string;
  readonly attribute: string;
}

/** The file systems of a machine, which stay when its power is lost. */
export interface Disk {
  /** The folder that they are below, as the site sees it. */
  readonly folder: string;
  /** The path of one of its files, as this process finds it. */
  path(file: string): string;
  /** Leaves no more room than that on the disk or the boot partition; without a number, all that there was. */
  limit(part: 'disk' | 'boot', free?: number): Promise<void>;
  remove(): Promise<void>;
}

const SIZES = { disk: 192 * 2 ** 20, boot: 4 * 2 ** 20 };

/** Makes a disk that is empty but for what a machine needs before it has a system. */
export async function createDisk(site: Site, name: string): Promise<Disk> {
  const folder = join(site.folder, name);
  const path = (file: string) => join(site.reach(folder), file);
  for (const part of ['disk', 'boot', 'fake']) await mkdir(path(part), { recursive: true });
  for (const part of ['disk', 'boot'] as const)
    await site.run('mount', '-t', 'tmpfs', '-o', `size=${SIZES[part]},mode=755`, part, join(folder, part));
  for (const part of ['nix', 'etc', 'etc-work', 'var', 'var-work'])
    await mkdir(path(`disk/${part}`), { recursive: true });
  return {
    folder,
    path,
    async limit(part, free) {
      const used = Number(
        (await site.run('df', '--block-size=1', '--output=used', join(folder, part))).split('\n')[1],
      );
      const size = free === undefined ? SIZES[part] : used + free;
      await site.run('mount', '-o', `remount,size=${Math.max(size, 1)}`, join(folder, part));
    },
    async remove() {
      for (const part of ['disk', 'boot']) await site.run('umount', '--lazy', join(folder, part));
      await site.run('rm', '-r', folder);
    },
  };
}

/** Disks that were installed once already, by site and system: a machine more costs a copy. */
const installed = new WeakMap<Site, Map<string, Promise<Disk>>>();

/** Puts a system on a disk, as an installer would: built, set as the system's profile, with a boot entry. */
export async function installGolden(site: Site, disk: Disk, golden: Golden): Promise<void> {
  const known = installed.get(site) ?? new Map<string, Promise<Disk>>();
  installed.set(site, known);
  const key = `${golden.revision}-${golden.attribute}`;
  const template = known.get(key) ?? install(site, key, golden);
  known.set(key, template);
  const source = await template;
  for (const part of ['disk', 'boot'])
    await site.run('cp', '--archive', `${join(source.folder, part)}/.`, join(disk.folder, part));
}

async function install(site: Site, name: string, { flake, revision, attribute }: Golden): Promise<Disk> {
  const disk = await createDisk(site, name);
  await writeMachine(disk, { name: 'installer', machineId: '0'.repeat(32), hosts: [] });
  const fake: FakeSettings = {
    clock: undefined,
    bootLoader: 'systemd-boot',
    agent: ['true'],
    compiled: site.compiled,
  };
  await writeFake(disk, fake);
  const url = `git+file://${flake.repository}?ref=main&rev=${revision}`;
  await runOnDisk(site, disk, [
    ...variables(fake),
    'nixos-rebuild',
    'boot',
    '--flake',
    `${url}#${attribute}`,
  ]);
  return disk;
}

async function runOnDisk(site: Site, disk: Disk, command: readonly string[]): Promise<void> {
  const apart = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  const inside = ['sh', join(COMMANDS, 'mounts.sh'), disk.folder, 'env', ...command];
  await execa('nsenter', [`--target=${site.process}`, '--mount', '--', ...apart, ...inside]);
}

/** Who a machine is. */
export interface Identity {
  readonly name: string;
  readonly machineId: string;
  /** Lines of /etc/hosts. */
  readonly hosts: readonly string[];
}

/** Writes what a machine has on its disk from the day that it was installed. */
export async function writeMachine(disk: Disk, { name, machineId, hosts }: Identity): Promise<void> {
  const files = {
    'machine-id': `${machineId}\n`,
    hostname: `${name}\n`,
    hosts: ['127.0.0.1 localhost', ...hosts, ''].join('\n'),
    'nix/nix.conf': 'sandbox = false\nbuild-users-group =\nsubstituters =\n',
    'hearth/.keep': '',
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(disk.path(`disk/etc/${file}`)), { recursive: true });
    await writeFile(disk.path(`disk/etc/${file}`), text);
  }
  await mkdir(disk.path('disk/var/lib/hearth'), { recursive: true });
  await mkdir(disk.path('disk/var/root'), { recursive: true });
}

/** What the fakes of a machine find. */
export interface FakeSettings {
  /** By how many seconds the machine's clock is wrong; one that never was is not touched. */
  readonly clock: number | undefined;
  /** Whether its boot loader can start a system once. */
  readonly bootLoader: 'systemd-boot' | 'none';
  /** What its agent's unit runs. */
  readonly agent: readonly string[];
  /** Where programs keep what they have compiled, so that not each machine does it again. */
  readonly compiled: string;
}

/** Puts the fake commands where a machine finds them. */
export async function writeFake(disk: Disk, settings: FakeSettings): Promise<void> {
  const bin = disk.path('fake/bin');
  await mkdir(bin, { recursive: true });
  const there = await readdir(bin);
  for (const name of FAKES) {
    if (!there.includes(name)) await symlink(join(COMMANDS, `${name}.ts`), join(bin, name));
    await chmod(join(COMMANDS, `${name}.ts`), 0o755);
  }
  const { clock = 0, agent } = settings;
  await writeFile(disk.path('fake/clock'), `${clock < 0 ? '' : '+'}${clock}\n`);
  await writeFile(disk.path('fake/environment'), `${variables(settings).join('\n')}\n`);
  const words = agent.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  await writeFile(disk.path('fake/agent'), `#!/bin/sh\nexec ${words}\n`, { mode: 0o755 });
}

/** The environment of everything on a machine, as NAME=VALUE. */
export function variables({ clock, bootLoader, compiled }: FakeSettings): string[] {
  const folders = ['/run/hearth-fake/bin', dirname(process.execPath), '/run/current-system/sw/bin'];
  const path = [...folders, '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return [
    `PATH=${path.join(':')}`,
    'HOME=/var/root',
    'TMPDIR=/run/tmp',
    'LANG=C.UTF-8',
    `HEARTH_BOOT_LOADER=${bootLoader}`,
    `NODE_COMPILE_CACHE=${compiled}`,
    ...(clock === undefined ? [] : WRONG_CLOCK),
  ];
}

/** A time of day that is read from a file again every second. Timers go on as they should. */
const WRONG_CLOCK = [
  `LD_PRELOAD=/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`,
  'FAKETIME_TIMESTAMP_FILE=/run/hearth-fake/clock',
  'FAKETIME_CACHE_DURATION=1',
  'FAKETIME_DONT_FAKE_MONOTONIC=1',
  'NO_FAKE_STAT=1',
];
