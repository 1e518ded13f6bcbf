import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Golden } from './disk.ts';
import { createFlake, type ToyFlake, type ToySystem } from './flakes.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { createMachine, type Machine } from './machine.ts';
import { openSite, type Site } from './site.ts';

let folder: string;
let site: Site;
let git: GitServer;
let flake: ToyFlake;
let golden: Golden;
const machines: Machine[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-flakes-'));
  site = await openSite();
  git = await startGitServer(folder, site.address);
  flake = await createFlake(folder, 'home');
  golden = { flake, attribute: 'pi', revision: await flake.commit({ pi: {} }) };
});

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.close();
});

afterAll(async () => {
  await git.close();
  await site.close();
  await rm(folder, { recursive: true });
});

async function turnedOn(name = 'alpha'): Promise<Machine> {
  const machine = await createMachine(site, { name, golden });
  machines.push(machine);
  await machine.boot();
  return machine;
}

/** Commits a system and lets the machine's nixos-rebuild do something with it. */
async function rebuild(machine: Machine, action: string, system: ToySystem) {
  const revision = await flake.commit({ pi: { version: '2', ...system } });
  const url = `git+${git.url('home')}?ref=main&rev=${revision}#pi`;
  return machine.exec('nixos-rebuild', action, '--flake', url);
}

const activeState = async (machine: Machine, unit: string) =>
  (await machine.exec('systemctl', 'show', '--property=ActiveState', '--value', unit)).stdout;

describe('a machine that is turned on', () => {
  test('runs the system that it was installed with, and its agent', async () => {
    const machine = await turnedOn();
    expect(await machine.runningClosure()).toMatch(/-nixos-system-pi-1$/);
    expect(await machine.bootedClosure()).toBe(await machine.bootClosure());
    expect(await activeState(machine, 'hearth-agent')).toBe('active');
  });

  test('has its own name, address, disk and processes, and no device of this system', async () => {
    const [one, other] = [await turnedOn('one'), await turnedOn('other')];
    expect((await one.exec('cat', '/etc/machine-id')).stdout).toBe(`${one.machineId}`);
    expect((await one.exec('hostname')).stdout).toBe('one');
    expect((await one.exec('ip', '-brief', 'address', 'show', 'eth0')).stdout).toContain(one.address);
    expect((await one.exec('ls', '/dev', '/sys/block')).stdout).not.toMatch(/vd|sd|nvme|loop/);
    await one.exec('touch', '/var/lib/hearth/mine');
    expect((await other.exec('ls', '/var/lib/hearth')).stdout).toBe('');
    expect((await one.exec('ps', 'axo', 'args')).stdout).not.toContain('/other');
  });

  test('starts its agent again when it is killed', async () => {
    const machine = await turnedOn();
    const pid = async () =>
      (await machine.exec('systemctl', 'show', '-p', 'MainPID', '--value', 'hearth-agent')).stdout;
    const before = await pid();
    await machine.exec('kill', '-KILL', before);
    await vi.waitFor(async () => expect(['0', before]).not.toContain(await pid()), 10_000);
  });
});

describe('nixos-rebuild', () => {
  test('test switches, and a reboot takes it back', async () => {
    const machine = await turnedOn();
    const before = await machine.bootClosure();
    const done = await rebuild(machine, 'test', {
      services: { 'web.service': { ExecStart: '/bin/sleep 99' } },
    });
    expect(done).toMatchObject({ exitCode: 0 });
    expect(await machine.runningClosure()).toMatch(/-nixos-system-pi-2$/);
    expect(await activeState(machine, 'web')).toBe('active');
    await machine.exec('systemctl', 'reboot');
    await vi.waitFor(() => expect(machine.boots()).toBe(2), 10_000);
    await vi.waitFor(async () => expect(await machine.runningClosure()).toBe(before), 10_000);
    expect(await activeState(machine, 'web')).toBe('inactive');
  });

  test('boot changes what is booted, and nothing of what runs', async () => {
    const machine = await turnedOn();
    const before = await machine.runningClosure();
    expect(await rebuild(machine, 'boot', {})).toMatchObject({ exitCode: 0 });
    expect(await machine.runningClosure()).toBe(before);
    expect(await machine.bootClosure()).toMatch(/-nixos-system-pi-2$/);
    await machine.powerOff();
    await machine.boot();
    expect(await machine.runningClosure()).toBe(await machine.bootClosure());
  });

  test('hands on the exit code when a unit does not start', async () => {
    const machine = await turnedOn();
    const ended = await rebuild(machine, 'test', {
      services: { 'broken.service': { ExecStart: '/bin/false' } },
    });
    expect(ended.exitCode).toBe(4);
    expect(ended.stderr).toContain('the following units failed: broken.service');
    expect(await machine.runningClosure()).toMatch(/-nixos-system-pi-2$/);
  });

  test('changes nothing and ends with 100 when only a restart can do it', async () => {
    const machine = await turnedOn();
    const before = await machine.runningClosure();
    expect(await rebuild(machine, 'test', { initInterface: '3' })).toMatchObject({ exitCode: 100 });
    expect(await machine.runningClosure()).toBe(before);
  });

  test('ends with 1 when a system does not build, and nothing is another', async () => {
    const machine = await turnedOn();
    const before = await machine.runningClosure();
    expect(await rebuild(machine, 'switch', { build: 'exit 1' })).toMatchObject({ exitCode: 1 });
    expect([await machine.runningClosure(), await machine.bootClosure()]).toEqual([before, before]);
  });
});

describe('what goes wrong as planned', () => {
  test('power that is lost before the boot entry is written brings back what was booted', async () => {
    const machine = await turnedOn();
    const before = await machine.bootClosure();
    await machine.plan([{ at: 'switch:entry', do: 'lose-power' }]);
    await rebuild(machine, 'switch', {});
    await vi.waitFor(() => expect(machine.isOn()).toBe(false), 10_000);
    expect(await machine.steps()).toContain('switch:entry');
    await machine.plan([]);
    await machine.boot();
    expect(await machine.runningClosure()).toBe(before);
  });

  test.each([2, 100])('a switch that ends with %i is one whose exit code that is', async (exit) => {
    const machine = await turnedOn();
    await machine.plan([{ at: 'switch:start-units', do: { exit } }]);
    expect(await rebuild(machine, 'test', {})).toMatchObject({ exitCode: exit });
  });

  test('a switch that hangs goes on hanging without who asked for it, and holds the lock', async () => {
    const machine = await turnedOn();
    await machine.plan([{ at: 'switch:begin', do: 'hang' }]);
    void rebuild(machine, 'test', {});
    await vi.waitFor(async () => expect(await machine.steps()).toContain('switch:begin'), 20_000);
    await machine.exec('pkill', '-KILL', '-f', 'nixos-rebuild.ts|bin/nixos-rebuild');
    expect(await activeState(machine, 'nixos-rebuild-switch-to-configuration')).toBe('active');
    const lock = '/run/nixos/switch-to-configuration.lock';
    expect(await machine.exec('flock', '--nonblock', lock, 'true')).toMatchObject({ exitCode: 1 });
    await machine.exec('systemctl', 'stop', 'nixos-rebuild-switch-to-configuration');
    expect(await machine.exec('flock', '--nonblock', lock, 'true')).toMatchObject({ exitCode: 0 });
  });

  test('a configuration can take the machine off the network', async () => {
    const machine = await turnedOn();
    const fetched = () => machine.exec('git', 'ls-remote', '--quiet', git.url('home'));
    expect(await fetched()).toMatchObject({ exitCode: 0 });
    await rebuild(machine, 'test', { network: 'down' });
    expect((await fetched()).exitCode).not.toBe(0);
  });

  test('a configuration without an agent stops it', async () => {
    const machine = await turnedOn();
    await rebuild(machine, 'test', { agent: false });
    expect(await activeState(machine, 'hearth-agent')).toBe('inactive');
  });

  test('a full disk fails the build, a full boot partition the boot entry', async () => {
    const machine = await turnedOn();
    const before = await machine.bootClosure();
    await machine.limit('disk', 2 ** 20);
    const full = await rebuild(machine, 'boot', { bytes: 2 ** 22 });
    expect(full).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No space left') });
    await machine.limit('disk');
    await machine.limit('boot', 0);
    const noEntry = await rebuild(machine, 'boot', { kernel: '6.13' });
    expect(noEntry).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Failed to install bootloader'),
    });
    expect(await machine.bootClosure()).toBe(before);
    await machine.limit('boot');
    expect(await rebuild(machine, 'boot', { kernel: '6.13' })).toMatchObject({ exitCode: 0 });
  });
});

test('a cable that is pulled stays pulled until it is put in again', async () => {
  const machine = await turnedOn();
  const fetched = async () =>
    (await machine.exec('timeout', '2', 'git', 'ls-remote', '--quiet', git.url('home'))).exitCode;
  await machine.cutLink();
  expect(await fetched()).not.toBe(0);
  await machine.restoreLink();
  await vi.waitFor(async () => expect(await fetched()).toBe(0), 20_000);
});

test('collecting garbage leaves what has a root', async () => {
  const machine = await turnedOn();
  const collect = () => machine.exec('nix-store', '--gc');
  const running = (await machine.runningClosure()) ?? '';
  await rebuild(machine, 'build', {});
  const built = (await machine.exec('sh', '-c', 'echo /nix/store/*-nixos-system-pi-2')).stdout;
  await collect();
  expect(await machine.exec('test', '-e', running)).toMatchObject({ exitCode: 0 });
  expect(await machine.exec('test', '-e', built)).toMatchObject({ exitCode: 1 });
});

test('a system that is to be started once is started once', async () => {
  const machine = await turnedOn();
  const before = await machine.bootClosure();
  await rebuild(machine, 'boot', { kernel: '6.13' });
  await machine.exec('/run/current-system/bin/switch-to-configuration', 'boot');
  const { stdout } = await machine.exec('bootctl', 'list', '--json=short');
  const entries = JSON.parse(stdout) as { readonly id: string; readonly options: string }[];
  const other = entries.find(({ options }) => !options.includes(`init=${before}/init`));
  await machine.exec('bootctl', 'set-oneshot', other?.id ?? '');
  await machine.powerOff();
  await machine.boot();
  expect(await machine.runningClosure()).toMatch(/-nixos-system-pi-2$/);
  await machine.powerOff();
  await machine.boot();
  expect(await machine.runningClosure()).toBe(before);
});

test('a timer starts its service when its time has come, unless it was stopped', async () => {
  const machine = await turnedOn();
  for (const unit of ['one', 'other'])
    await machine.exec('systemd-run', `--unit=${unit}`, '--on-active=5', '--', 'touch', `/run/${unit}`);
  await machine.exec('systemctl', 'stop', 'other.timer');
  const isThere = async (unit: string) => (await machine.exec('test', '-e', `/run/${unit}`)).exitCode === 0;
  expect(await isThere('one')).toBe(false);
  await vi.waitFor(async () => expect(await isThere('one')).toBe(true), 20_000);
  expect(await isThere('other')).toBe(false);
});

test('a clock can be wrong by a year, and be set', async () => {
  const machine = await turnedOn();
  await machine.setClock(-365 * 86_400);
  const year = Number((await machine.exec('date', '+%Y')).stdout);
  expect(year).toBe(new Date(Date.now() - 365 * 86_400_000).getFullYear());
  const now = new Date().toISOString();
  await machine.exec('timedatectl', 'set-time', `${now.slice(0, 10)} ${now.slice(11, 19)} UTC`);
  expect((await machine.exec('date', '+%Y')).stdout).toBe(now.slice(0, 4));
});

describe('the git server', () => {
  test('gives a protected repository only to who has its credentials', async () => {
    const machine = await turnedOn();
    const hidden = await createFlake(folder, 'hidden');
    await hidden.commit({ pi: {} });
    git.protect('hidden', { user: 'home', password: 'secret' });
    const fetched = async (url: string) =>
      (await machine.exec('git', '-c', 'core.askPass=true', 'ls-remote', '--quiet', url)).exitCode;
    expect(await fetched(git.url('hidden'))).not.toBe(0);
    expect(await fetched(git.url('hidden', { user: 'home', password: 'secret' }))).toBe(0);
  });

  test('has forgotten what was before a forced push', async () => {
    const machine = await turnedOn();
    const moved = await createFlake(folder, 'moved');
    const before = await moved.commit({ pi: {} });
    const after = await moved.forcePush({ pi: { version: '2' } });
    const built = async (revision: string) => {
      const url = `git+${git.url('moved')}?ref=main&rev=${revision}#pi`;
      return (await machine.exec('nixos-rebuild', 'build', '--flake', url)).exitCode;
    };
    expect(await built(before)).toBe(1);
    expect(await built(after)).toBe(0);
  });
});

test('nothing is left of a site whose process was killed', async () => {
  const script = join(folder, 'killed.ts');
  const here = JSON.stringify(import.meta.dirname);
  await writeFile(
    script,
    `const here = ${here};
    const { openSite } = await import(here + '/site.ts');
    const { createFlake } = await import(here + '/flakes.ts');
    const { createMachine } = await import(here + '/machine.ts');
    const flake = await createFlake(${JSON.stringify(folder)}, 'killed');
    const golden = { flake, attribute: 'pi', revision: await flake.commit({ pi: {} }) };
    const site = await openSite();
    await (await createMachine(site, { name: 'left', golden })).boot();
    console.log(site.folder);
    process.kill(process.pid, 'SIGKILL');`,
  );
  const { stdout } = await execa(process.execPath, [script], { reject: false });
  expect(stdout).toContain('hearth-site-');
  const processes = async () => (await execa('ps', ['axo', 'args'])).stdout;
  await vi.waitFor(async () => expect(await processes()).not.toContain(stdout), 10_000);
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(stdout);
});
