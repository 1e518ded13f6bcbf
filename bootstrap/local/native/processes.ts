import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../files.ts';
import {
  allProcesses,
  ended,
  isAlive,
  type ProcessIdentity,
  type ProcessStat,
  parseEnvironment,
  readProc,
  signal,
} from './identity.ts';

/**
 * Which processes are the cluster's is not written down anywhere: each carries these three variables in its
 * environment, its children inherit them, and `/proc` is asked. So nothing can be lost between starting a process
 * and noting that it was, and no pid file can be stale.
 */
const CLUSTER = 'HEARTH_CLUSTER';
const COMPONENT = 'HEARTH_COMPONENT';
const REVISION = 'HEARTH_REVISION';

/** A process to keep running. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** The files that it reads at its start, by content: another content is another revision, and a restart. */
  readonly reads?: readonly string[];
}

/** A process that carries a cluster's mark. */
export interface MarkedProcess extends ProcessStat {
  readonly cluster: string;
  readonly component: string;
  readonly revision: string;
}

/** All marked processes of the machine, of any cluster. */
export function markedProcesses(): MarkedProcess[] {
  return allProcesses().flatMap((stat) => {
    const environment = parseEnvironment(readProc(`/proc/${stat.pid}/environ`));
    const cluster = environment[CLUSTER];
    if (!cluster) return [];
    return {
      ...stat,
      cluster,
      component: environment[COMPONENT] ?? '',
      revision: environment[REVISION] ?? '',
    };
  });
}

/**
 * A Kubernetes node on this machine that is not Kiko's, in a sentence: the two would share, and take from each
 * other, cgroups, firewall chains and links.
 */
export function foreignNode(): string | undefined {
  const ours = new Set(markedProcesses().map(({ pid }) => pid));
  const found = allProcesses().find(
    ({ pid, command }) => /^(kubelet|k3s(-server|-agent)?)$/.test(command) && !ours.has(pid),
  );
  return (
    found &&
    `Another Kubernetes (${found.command}, process ${found.pid}) runs on this machine; stop it, or use it with --kubeconfig.`
  );
}

/** The marked processes of the cluster in `folder`. */
export const clusterProcesses = (folder: string): MarkedProcess[] =>
  markedProcesses().filter((process) => process.cluster === folder);

/** The processes that were started as components: leaders of their session. Shims and helpers are not. */
export const components = (folder: string): MarkedProcess[] =>
  clusterProcesses(folder).filter((process) => process.session === process.pid);

/** Whether the component runs now, at any revision. */
export const isRunning = (folder: string, name: string): boolean =>
  components(folder).some((process) => process.component === name);

/** A name for what the process would run with. */
export function revisionOf(spec: ProcessSpec): string {
  const all = JSON.stringify([spec.command, spec.arguments, spec.reads ?? []]);
  return createHash('sha256').update(all).digest('hex').slice(0, 12);
}

/** Where a component's output goes. */
export const logFile = (folder: string, name: string): string => join(folder, 'logs', `${name}.log`);

/** The same process under upstream's log runner, which keeps its log bounded: files of 8 MiB, of the last hour. */
export function withBoundedLog(folder: string, spec: ProcessSpec, logRunner: string): ProcessSpec {
  const bounds = [`-log-file=${logFile(folder, spec.name)}`, '-log-file-size=8Mi', '-log-file-age=1h'];
  return { ...spec, command: logRunner, arguments: [...bounds, spec.command, ...spec.arguments] };
}

/**
 * Starts the component unless it runs already as the spec says; one that runs otherwise, or whose log runner has
 * gone, is stopped first. It is detached from this process and outlives it.
 */
export async function ensureProcess(folder: string, spec: ProcessSpec): Promise<void> {
  const revision = revisionOf(spec);
  const running = ofComponent(folder, spec.name);
  const sessions = new Set(running.map((process) => process.session));
  const whole = running.some((process) => process.session === process.pid && process.revision === revision);
  if (whole && sessions.size === 1) return;
  await stopComponent(folder, spec.name, 20);
  await mkdir(join(folder, 'logs'), { recursive: true });
  await start(folder, spec, revision);
}

async function start(folder: string, spec: ProcessSpec, revision: string): Promise<void> {
  const child = spawn(spec.command, spec.arguments, {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: folder,
      [CLUSTER]: folder,
      [COMPONENT]: spec.name,
      [REVISION]: revision,
    },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}

/** All processes of a component. A container's shim belongs to the container, not to the containerd it came from. */
const ofComponent = (folder: string, name: string): MarkedProcess[] =>
  clusterProcesses(folder).filter(
    (process) => process.component === name && !process.command.startsWith('containerd-shim'),
  );

/** Asks a component to end, makes it when it does not, and waits for that. Its containers live on. */
export async function stopComponent(folder: string, name: string, seconds = 10): Promise<void> {
  const running = ofComponent(folder, name);
  const leaders = new Set(
    running.filter((process) => process.session === process.pid).map((process) => process.pid),
  );
  for (const process of running) {
    // A leader hands the signal on; whoever has lost its leader is told by itself.
    if (leaders.has(process.pid) || !leaders.has(process.session)) signal(process, 'SIGTERM');
  }
  if (await ended(running, seconds)) return;
  await killAll(() => ofComponent(folder, name));
}

/** Kills at once all that are given, until none is left. `find` is asked again, for those that were just forking. */
export async function killAll(find: () => readonly ProcessIdentity[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const found = find().filter(isAlive);
    if (found.length === 0) return;
    for (const process of found) signal(process, 'SIGKILL');
    await ended(found, 2);
  }
}

/** The last lines that a component wrote, for a sentence about why it ended. */
export async function lastWords(folder: string, name: string, lines = 3): Promise<string> {
  const log = (await readIfThere(logFile(folder, name))) ?? '';
  return log.trim().split('\n').slice(-lines).join(' | ').slice(-600);
}
