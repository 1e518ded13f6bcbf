import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentStatus, Machine } from '@hearth/domain';
import { systemClock } from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import type { Wire } from '../../operators/agent/api/wire.ts';
import { createHeart } from '../../operators/agent/watch/heartbeat.ts';
import { watchOwnMachine } from '../../operators/agent/watch/own-machine.ts';
import { createStatusWriter } from '../../operators/agent/watch/status-writer.ts';

type Assignment = NonNullable<Machine['spec']['assignment']>;
type Apply = NonNullable<AgentStatus['apply']>;

/**
 * What becomes of a change on a machine. Breaks: it is taken back after it was activated. Full: there is no room on the
 * disk. Hangs: it builds, until its fate is another. Gone: so it is with whatever it is told.
 */
type Fate = 'works' | 'breaks' | 'full' | 'hangs' | 'gone';

/** A machine whose system is a name alone. What it says to the API, and how, is what the real agent says. */
export interface Simulated {
  readonly name: string;
  fate: Fate;
  /** The store path that it runs. */
  running(): string;
  /** Of each assignment that it began, in order: the commit, or `golden`. */
  readonly begun: readonly string[];
  /** When it last began something, and when it was last done with something, in milliseconds since 1970. */
  readonly begunAt: number | undefined;
  readonly doneAt: number | undefined;
}

/** What a simulated machine is made with. */
export interface SimulatedOptions {
  readonly wire: Wire;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds that each step takes. */
  readonly pace: number;
  /** Milliseconds between heartbeats; the real agent’s if not given. */
  readonly beats?: number;
  readonly fate?: Fate;
}

const STEPS = ['Fetching', 'Building', 'Checking', 'Testing'] as const;

/** A path of a store that is nowhere: the same for the same system. */
export function storePathOf(system: string): string {
  const hash = createHash('sha256').update(system).digest('hex').slice(0, 32).replaceAll('e', 'g');
  return `/nix/store/${hash}-nixos-system`;
}

/** Starts a machine; it goes on until the signal is aborted. */
export function simulate(options: SimulatedOptions, signal: AbortSignal): Simulated {
  const { name, namespace, wire, pace, beats } = options;
  const shared = { wire, namespace, machine: name, clock: systemClock, logger: silentLog };
  const writer = createStatusWriter(shared);
  const golden = storePathOf(`golden ${name}`);
  const self = {
    name,
    fate: options.fate ?? 'works',
    begun: [] as string[],
    begunAt: undefined as number | undefined,
    doneAt: undefined as number | undefined,
  };
  let running = golden;
  let apply: Apply | undefined;
  let assignment: Assignment | undefined;

  const report = () =>
    writer.say({
      version: '0.1.0',
      mode: 'System',
      facts: factsOf(name),
      system: { running, golden, knownGood: running },
      ...(apply ? { apply } : {}),
    });
  const step = (phase: Apply['phase'], message: string, more: Partial<Apply> = {}) => {
    if (!apply) return;
    apply = { ...apply, phase, message, since: new Date().toISOString(), ...more };
    report();
  };
  const isAt = (id: string) => !signal.aborted && assignment?.id === id;
  /** Up to the activation; whether it gets there. */
  const prepare = async (task: Assignment): Promise<boolean> => {
    for (const phase of STEPS) {
      step(phase, `It is ${phase.toLowerCase()}.`, contentOf(task));
      do await pause(pace);
      while (phase === 'Building' && isStuck(self.fate, task) && isAt(task.id));
      if (!isAt(task.id)) return false;
    }
    if (self.fate === 'full') step('Failed', 'There is no room in the store.', { fault: 'Machine' });
    if (self.fate === 'breaks')
      step('RolledBack', 'sshd.service failed after the switch.', { fault: 'Configuration' });
    return self.fate !== 'full' && self.fate !== 'breaks';
  };
  const run = async (task: Assignment) => {
    const { id } = task;
    const before = running;
    apply = { id, phase: 'Fetching', message: 'It fetches the flake.', since: new Date().toISOString() };
    self.begun.push(task.flake?.revision ?? 'golden');
    self.begunAt = Date.now();
    if (!(await prepare(task))) return;
    running = systemOf(task, golden);
    await confirmed(id);
    if (!isAt(id)) {
      running = before;
      return;
    }
    step('Committing', 'It becomes what the machine starts with.');
    await pause(pace);
    self.doneAt = Date.now();
    step('Done', 'It runs.', { closure: running });
  };
  const confirmed = async (id: string) => {
    const nonce = randomUUID();
    step('Confirming', 'It waits for NIO to hear it.', { nonce });
    while (isAt(id) && assignment?.confirmed !== nonce) await pause(Math.min(pace, 100));
  };
  const work = async () => {
    while (!signal.aborted) {
      const task = assignment;
      if (task && task.id !== apply?.id) await run(task);
      else await pause(Math.min(pace, 100));
    }
  };
  const watching = watchOwnMachine(
    {
      ...shared,
      name,
      onMachine(own) {
        assignment = own?.spec.assignment;
        writer.seen(own?.status?.agent);
      },
      onError: () => undefined,
    },
    signal,
  );
  const heart = createHeart({ ...shared, isWaiting: () => apply?.phase === 'Confirming' });
  report();
  void Promise.all([
    watching,
    writer.run(signal),
    work(),
    beats ? beatFast(options, beats, signal) : heart.run(signal),
  ]);
  return {
    ...{ name, running: () => running, begun: self.begun },
    get fate() {
      return self.fate;
    },
    set fate(fate) {
      self.fate = fate;
    },
    get begunAt() {
      return self.begunAt;
    },
    get doneAt() {
      return self.doneAt;
    },
  };
}

const isStuck = (fate: Fate, { action }: Assignment): boolean =>
  fate === 'gone' || (fate === 'hangs' && action === 'Apply');

const systemOf = ({ action, flake }: Assignment, golden: string): string =>
  action === 'Golden' ? golden : storePathOf(`${flake?.revision} ${flake?.attribute}`);

/** All machines find the same in a commit. */
function contentOf({ flake }: Assignment): Partial<Apply> {
  if (!flake?.revision) return {};
  const narHash = `sha256-${createHash('sha256').update(flake.revision).digest('base64')}`;
  return { revision: flake.revision, narHash };
}

/** A test has no half minute for each confirmation. */
async function beatFast(
  { wire, namespace, name }: SimulatedOptions,
  every: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    await wire
      .request({
        method: 'PATCH',
        path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/machine-${name}`,
        contentType: 'application/merge-patch+json',
        body: { spec: { holderIdentity: name, leaseDurationSeconds: 90, renewTime } },
      })
      .catch(() => undefined);
    await pause(every);
  }
}

/** What a small machine says of itself; no two have the same marks. */
export function factsOf(name: string): NonNullable<AgentStatus['facts']> {
  const mark = createHash('sha256').update(name).digest('hex');
  const mac = `52:54:00:${mark.slice(0, 2)}:${mark.slice(2, 4)}:${mark.slice(4, 6)}`;
  return {
    machineId: mark.slice(0, 32),
    hostname: name,
    architecture: 'x86_64',
    firmware: 'uefi',
    cores: 4,
    memoryBytes: 8e9,
    disks: [
      {
        name: '/dev/sda',
        serial: `S${mark.slice(0, 8)}`,
        bytes: 256e9,
        empty: false,
        removable: false,
        rotational: false,
      },
    ],
    interfaces: [{ name: 'eth0', mac }],
  };
}
