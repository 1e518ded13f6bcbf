import { createHash } from 'node:crypto';
import { copyFile, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentStatus, MachineFacts } from '@hearth/domain/schema/machine';
import { abortWith, type Clock, pause } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { EnrolmentClient } from '../enrolment/client.ts';
import { keepClock } from '../enrolment/clock.ts';
import { KEY_FILE } from '../enrolment/key.ts';
import { PIN_FILE } from '../enrolment/pin.ts';
import type { Session } from '../enrolment/session.ts';
import type { System } from '../system/system.ts';
import { createHeart } from '../watch/heartbeat.ts';
import { type OwnMachine, watchOwnMachine } from '../watch/own-machine.ts';
import { createStatusWriter } from '../watch/status-writer.ts';
import { chooseTarget, type Target } from './consent.ts';

/** What an agent works with that installs the machine that it runs on. */
export interface InstallerOptions {
  readonly system: System;
  readonly client: EnrolmentClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Where its key lies: in memory, until there is a disk. */
  readonly state: string;
  show(text: string): void;
  open(signal: AbortSignal): Promise<Session>;
}

/** The system that lies in the installer's own image. */
const SYSTEM = '/etc/hearth/golden';
/** Where the agent of the new system has its state. */
const STATE = 'var/lib/hearth/agent';
/** What goes along: who the machine is, and who NIO is. Its token it gets anew. */
const TAKEN = [KEY_FILE, PIN_FILE, 'nio-url'];
/** Milliseconds that NIO has to hear of the end before the machine restarts. */
const FAREWELL = 5_000;

type Apply = NonNullable<AgentStatus['apply']>;

/** Waits until it is to install, does so once, and restarts the machine. */
export async function runInstaller(options: InstallerOptions, signal: AbortSignal): Promise<string> {
  const { system, clock, logger, version, client } = options;
  void keepClock({ client, system, clock, logger });
  const session = await options.open(signal);
  const facts = await system.facts();
  const { wire, namespace, machine } = session;
  const shared = { wire, namespace, machine, clock, logger };
  const ending = new AbortController();
  const letGo = abortWith(ending, signal);
  const writer = createStatusWriter(shared);
  const say = (apply: Apply | undefined) => writer.say(statusOf(version, facts, apply));
  const desk = createDesk(options, say);
  const working = Promise.all([
    writer.run(ending.signal),
    createHeart({ ...shared, isWaiting: () => false }).run(ending.signal),
    session.keepFresh(ending.signal),
    watchOwnMachine(
      {
        ...shared,
        name: machine,
        onError: () => undefined,
        onMachine: (own) => {
          writer.seen(own?.status?.agent);
          if (own) desk.take(own);
        },
      },
      ending.signal,
    ),
  ]);
  say(undefined);
  options.show('This machine is known to the home. It waits to be told on which disk it may be installed.');
  await desk.installed(signal);
  await pause(clock, FAREWELL, signal);
  ending.abort();
  letGo();
  await working;
  session.close();
  if (signal.aborted) return 'stopped';
  await system.boot.reboot();
  return 'installed';
}

function statusOf(version: string, facts: MachineFacts, apply: Apply | undefined): AgentStatus {
  return { version, mode: 'Installer', facts, ...(apply ? { apply } : {}) };
}

/** Takes assignments to install, one at a time, each once. */
function createDesk(options: InstallerOptions, say: (apply: Apply) => void) {
  const { clock, logger, show } = options;
  const done = Promise.withResolvers<void>();
  let last = '';
  let busy = false;
  const work = async (own: OwnMachine, id: string) => {
    const tell = (phase: Apply['phase'], message: string, fault?: Apply['fault']) =>
      say({ id, phase, message, since: clock.now().toISOString(), ...(fault ? { fault } : {}) });
    try {
      const closure = await install(own, options, tell);
      show('The system is installed. The machine restarts with it.');
      tell('Done', `It is installed, with ${closure}, and restarts.`);
      done.resolve();
    } catch (error) {
      logger.error({ error }, 'the installation failed');
      tell('Failed', `${safeMessage(error)}.`, 'Machine');
    }
  };
  return {
    take(own: OwnMachine) {
      const { assignment } = own.spec;
      if (busy || assignment?.action !== 'Install' || assignment.id === last) return;
      last = assignment.id;
      busy = true;
      void work(own, assignment.id).finally(() => {
        busy = false;
      });
    },
    installed: (signal: AbortSignal) =>
      Promise.race([
        done.promise,
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      ]),
  };
}

/** Installs the machine on the one disk that it may have. May be begun again wherever it was cut off. */
async function install(
  own: OwnMachine,
  { system, state }: InstallerOptions,
  tell: (phase: Apply['phase'], message: string) => void,
): Promise<string> {
  const { installation } = system;
  tell('Checking', 'It looks for the disk that it may be installed on.');
  const mark = markOf(own);
  const disks = await installation.disks();
  const marks = new Map(
    await Promise.all(disks.map(async ({ device }) => [device, await installation.mark(device)] as const)),
  );
  const target = chooseTarget(own, disks, (device) => marks.get(device), mark);
  if ('refusal' in target) throw new Error(target.refusal);
  await prepare(target, mark, system, tell);
  const root = await installation.mount(target.disk.device);
  tell('Building', 'It copies the system to the disk.');
  const closure = own.spec.assignment?.closure ?? (await realpath(SYSTEM));
  await installation.install(closure, root);
  tell('Committing', 'It takes its key along, by which the home knows it.');
  const folder = join(root, STATE);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const file of TAKEN) await copyFile(join(state, file), join(folder, file));
  await installation.finish(root);
  return closure;
}

async function prepare(
  { disk, layout, begun }: Target,
  mark: string,
  { installation }: System,
  tell: (phase: Apply['phase'], message: string) => void,
): Promise<void> {
  if (begun && (await installation.isPartitioned(disk.device))) return;
  tell('Testing', `It partitions the disk ${disk.serial}.`);
  await installation.partition(disk.device, layout, mark);
}

/** What the table of the disk bears: by it this very machine knows what it has begun itself. A UUID, as GPT wants. */
export function markOf({ metadata, status }: OwnMachine): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([metadata.uid, status?.layout]))
    .digest('hex');
  const version = `8${digest.slice(13, 16)}-a${digest.slice(17, 20)}`;
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${version}-${digest.slice(20, 32)}`.toUpperCase();
}
