import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A toy system: what differs from one that works, has an agent, and does nothing else. */
export interface ToySystem {
  readonly version?: string;
  /** Another kernel, initial RAM disk or kernel parameter needs a reboot. */
  readonly kernel?: string;
  readonly initrd?: string;
  readonly kernelParams?: string;
  readonly systemd?: string;
  /** One that a running system can't go over to without a restart. */
  readonly initInterface?: string;
  /** Services by unit name, each with what stands in its [Service]; the agent is there unless it is `false`. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly agent?: false | Readonly<Record<string, string>>;
  /** Further files below /etc. */
  readonly etc?: Readonly<Record<string, string>>;
  /** Programs of the system's path, as scripts. */
  readonly programs?: Readonly<Record<string, string>>;
  /** `down` is a configuration after which the machine is not on the network any more. */
  readonly network?: 'up' | 'down';
  /** How large the system is, beside its few files. */
  readonly bytes?: number;
  /** A line of shell that is run when it is built; `exit 1` does not build, `sleep 60` takes long. */
  readonly build?: string;
}

/** A flake in a git repository. */
export interface ToyFlake {
  /** The bare repository that is served and fetched. */
  readonly repository: string;
  /** The name under which a git server gives it out. */
  readonly name: string;
  /** Commits these systems, by attribute, to a branch; the revision. */
  commit(systems: Readonly<Record<string, ToySystem>>, branch?: string): Promise<string>;
  /** Commits files as they are, so that a flake can be broken; the revision. */
  commitFiles(files: Readonly<Record<string, string>>, branch?: string): Promise<string>;
  /** Rewrites the history of a branch: what it held can't be fetched any more; the new revision. */
  forcePush(systems: Readonly<Record<string, ToySystem>>, branch?: string): Promise<string>;
}

const TEMPLATE = join(import.meta.dirname, 'toy-flake/flake.nix');

/** The branch that is meant where none is named. */
const BRANCH = 'main';

/** How nix names this processor. */
const NIX_SYSTEM = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux`;

/** Makes an empty repository for a flake below a folder. */
export async function createFlake(folder: string, name: string): Promise<ToyFlake> {
  const repository = join(folder, `${name}.git`);
  const work = join(folder, `${name}.work`);
  const git = (...args: string[]) => execa('git', ['-C', work, ...args], { env: AUTHOR });
  await mkdir(work, { recursive: true });
  await execa('git', ['init', '--quiet', '--bare', `--initial-branch=${BRANCH}`, repository]);
  // A revision can be asked for that no branch leads to any more only where a server allows it; most do not.
  await execa('git', ['init', '--quiet', `--initial-branch=${BRANCH}`, work]);
  await git('remote', 'add', 'origin', repository);

  const record = async (files: Readonly<Record<string, string>>, branch: string, how: readonly string[]) => {
    for (const [path, text] of Object.entries(files)) await writeFile(join(work, path), text);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'Change the systems');
    await git('push', '--quiet', ...how, 'origin', `HEAD:refs/heads/${branch}`);
    return (await git('rev-parse', 'HEAD')).stdout;
  };
  return {
    repository,
    name,
    async commit(systems, branch = BRANCH) {
      return record(await flakeFiles(systems), branch, []);
    },
    commitFiles: (files, branch = BRANCH) => record(files, branch, []),
    async forcePush(systems, branch = BRANCH) {
      await git('checkout', '--quiet', '--orphan', `rewritten-${Date.now()}`);
      const revision = await record(await flakeFiles(systems), branch, ['--force']);
      await execa('git', ['-C', repository, 'reflog', 'expire', '--expire=now', '--all']);
      await execa('git', ['-C', repository, 'gc', '--quiet', '--prune=now']);
      return revision;
    },
  };
}

/** Removes a repository, as one does who gives up a project. */
export async function removeFlake(flake: ToyFlake): Promise<void> {
  await rm(flake.repository, { recursive: true });
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Toy',
  GIT_AUTHOR_EMAIL: 'toy@hearth.test',
  GIT_COMMITTER_NAME: 'Toy',
  GIT_COMMITTER_EMAIL: 'toy@hearth.test',
};

async function flakeFiles(systems: Readonly<Record<string, ToySystem>>): Promise<Record<string, string>> {
  const configurations = Object.fromEntries(
    Object.entries(systems).map(([name, system]) => [name, configurationOf(system)]),
  );
  return {
    'flake.nix': await readFile(TEMPLATE, 'utf8'),
    'configurations.json': JSON.stringify({ system: NIX_SYSTEM, configurations }, undefined, 2),
  };
}

/** What the flake's template makes a system of. */
function configurationOf(system: ToySystem): object {
  const agent = system.agent === false ? {} : { 'hearth-agent.service': { ...AGENT, ...system.agent } };
  const services = Object.entries({ ...agent, ...START_GUARD.service, ...system.services });
  const units = services.map(([unit, settings]) => [`systemd/system/${unit}`, unitFile('Service', settings)]);
  const wanted = services
    .filter(([unit]) => !(unit in START_GUARD.service))
    .map(([unit, settings]) => [
      `systemd/system/multi-user.target.wants/${unit}`,
      unitFile('Service', settings),
    ]);
  const policy = system.network === 'down' ? 'down' : 'up';
  return {
    version: system.version ?? '1',
    kernel: system.kernel ?? '6.12',
    initrd: system.initrd ?? '1',
    systemd: system.systemd ?? '256',
    initInterface: system.initInterface ?? '2',
    kernelParams: system.kernelParams ?? 'loglevel=4',
    bytes: system.bytes ?? 0,
    build: system.build ?? 'true',
    programs: Object.fromEntries(
      Object.entries({ 'hearth-start-guard': START_GUARD.program, ...system.programs }).map(
        ([name, text]) => [`bin/${name}`, text],
      ),
    ),
    etc: {
      ...Object.fromEntries([...units, ...wanted]),
      ...START_GUARD.timer,
      'systemd/network/10-lan.network': `[Match]\nName=eth0\n[Link]\nActivationPolicy=${policy}\n`,
      ...system.etc,
    },
  };
}

const unitFile = (section: string, settings: Readonly<Record<string, string>>): string =>
  `[${section}]\n${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}`;

const START_TIMER = `[Unit]
ConditionPathExists=/var/lib/hearth/trial
${unitFile('Timer', { OnActiveSec: '600' })}`;

/** What restarts a machine whose system, started on trial, has no agent; like that of the NixOS module. */
const START_GUARD = {
  service: { 'hearth-start-guard.service': { ExecStart: '/run/current-system/sw/bin/hearth-start-guard' } },
  timer: {
    'systemd/system/hearth-start-guard.timer': START_TIMER,
    'systemd/system/sysinit.target.wants/hearth-start-guard.timer': START_TIMER,
  },
  program: '#!/bin/sh\nrm -f /var/lib/hearth/trial\nexec systemctl reboot\n',
};

/** The agent's unit, like that of the NixOS module: what it runs is the machine's own. */
const AGENT = { ExecStart: '/run/hearth-fake/agent', Restart: 'always' };
