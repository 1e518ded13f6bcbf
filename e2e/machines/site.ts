import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { ensurePrerequisites } from '../../bootstrap/local/prerequisites.ts';
import { MACHINE_PACKAGES } from './packages.ts';

/**
 * A place with a network of its own, on which machines are plugged. Everything that it has on this system hangs on one
 * process: its switch is a bridge in that process's network namespace, the machines' disks are file systems in its
 * mount namespace. The kernel takes all of it away when that process ends, and it ends with this one, however that
 * ends.
 */
export interface Site {
  /** This system's address in the site's network. */
  readonly address: string;
  /** The address of the machine of that number, 1 to 200, with the length of the network's prefix. */
  addressOf(number: number): string;
  /** The process that all hangs on. */
  readonly process: number;
  /** The folder of the site, as its own processes see it. */
  readonly folder: string;
  /** A folder for compiled programs, the same on every machine of the site. */
  readonly compiled: string;
  /** The path at which this process finds a path of the site's. */
  reach(path: string): string;
  /** Runs a command in the site's mount and network namespaces; its output. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Plugs a machine in: its number, and how it is turned off when the site is closed. */
  plugIn(turnOff: () => Promise<void>): number;
  close(): Promise<void>;
}

/** The folders of sites, with the process that made each. */
const PREFIX = 'hearth-site-';

/** Of 198.18.0.0/15, the network for tests of networks (RFC 2544): nobody has it at home. */
const NETWORKS = 512;

/** Opens a site on a network that no other has. */
export async function openSite(): Promise<Site> {
  await ensurePrerequisites(MACHINE_PACKAGES, () => undefined);
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const holder = hold();
  const { pid } = holder;
  if (pid === undefined) throw new Error('a site needs root and Linux');
  try {
    await untilApart(pid);
    const run = async (command: string, ...args: readonly string[]) =>
      (await execa('nsenter', [`--target=${pid}`, '--mount', '--net', '--', command, ...args])).stdout;
    await run('ip', 'link', 'add', 'switch', 'type', 'bridge');
    await run('ip', 'link', 'set', 'switch', 'up');
    await run('mount', '-t', 'tmpfs', '-o', 'size=128m,mode=755', 'site', folder);
    const { network, link } = await connect(pid);
    await run('ip', 'link', 'set', 'uplink', 'master', 'switch', 'up');
    const machines: (() => Promise<void>)[] = [];
    return {
      address: `${network}.1`,
      addressOf: (number) => `${network}.${number + 10}/24`,
      process: pid,
      folder,
      compiled: join(folder, 'compiled'),
      run,
      reach: (path) => `/proc/${pid}/root${path}`,
      plugIn: (turnOff) => machines.push(turnOff),
      async close() {
        await Promise.all(machines.map((turnOff) => turnOff()));
        holder.kill('SIGKILL');
        await holder;
        // It goes with the network namespace at its other end, but not at once.
        await execa('ip', ['link', 'delete', link], { reject: false });
        await rmdir(folder);
      },
    };
  } catch (error) {
    holder.kill('SIGKILL');
    throw error;
  }
}

/** The process that all hangs on. What is unmounted outside is not held by it. */
function hold() {
  const apart = ['unshare', '--mount', '--net', '--propagation', 'slave', '--', 'sleep', 'infinity'];
  return execa('setpriv', ['--pdeathsig=KILL', '--', ...apart], { reject: false, stdio: 'ignore' });
}

/** It becomes `sleep` once it has its namespaces. */
async function untilApart(pid: number): Promise<void> {
  const patience = AbortSignal.timeout(10_000);
  while (!patience.aborted) {
    const { stdout } = await execa('cat', [`/proc/${pid}/comm`], { reject: false });
    if (stdout === 'sleep') return;
    await pause(10);
  }
  throw new Error('a site needs root, to make namespaces');
}

/** Connects the site with this system, by a link whose name is the claim on the network. */
async function connect(site: number): Promise<{ readonly network: string; readonly link: string }> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const chosen = Math.floor(Math.random() * NETWORKS);
    const link = `hearth-s${chosen}`;
    const peer = ['peer', 'name', 'uplink', 'netns', String(site)];
    const added = await execa('ip', ['link', 'add', link, 'type', 'veth', ...peer], { reject: false });
    if (added.failed && !added.stderr.includes('File exists')) throw added;
    if (added.failed) continue;
    const network = `198.${18 + (chosen >> 8)}.${chosen & 255}`;
    await execa('ip', ['address', 'add', `${network}.1/24`, 'dev', link]);
    await execa('ip', ['link', 'set', link, 'up']);
    return { network, link };
  }
  throw new Error('every network for tests is taken');
}

/** Removes the folders, empty by now, of sites whose process was killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : undefined;
    if (owner === undefined || isAlive(owner)) continue;
    await rmdir(join(tmpdir(), name)).catch(() => undefined);
  }
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
