import { type AgentStatus, Machine, type MachineFacts } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import type { Assignment } from '../../assignment.ts';
import type { Observation } from '../decide.ts';
import type { Heartbeat } from '../heartbeats.ts';

/** The key of the machine of the tests. */
export const KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

type Spec = Immutable<Machine['spec']>;
type Status = Immutable<NonNullable<Machine['status']>>;

/** What it has in its parts beside the usual. */
export interface MachineParts {
  readonly name?: string;
  readonly uid?: string;
  readonly created?: string;
  readonly spec?: Partial<Spec>;
  readonly status?: Partial<Status>;
  readonly agent?: Immutable<AgentStatus>;
}

/** What the machine of the tests says of itself. */
export const facts: Immutable<MachineFacts> = {
  machineId: '0123456789abcdef0123456789abcdef',
  architecture: 'x86_64',
  firmware: 'uefi',
  cores: 4,
  memoryBytes: 8e9,
  disks: [
    {
      name: '/dev/nvme0n1',
      serial: 'S4EWNX0R',
      bytes: 256e9,
      empty: true,
      removable: false,
      rotational: false,
    },
  ],
  interfaces: [{ name: 'eth0', mac: '52:54:00:12:34:56', addresses: ['192.168.1.20'] }],
};

/** A machine that is approved and runs its own system. */
export function machineWith(parts: MachineParts = {}): Immutable<Machine> {
  const { name = 'kitchen', uid = `uid-${name}`, created = '2026-01-01T00:00:00Z' } = parts;
  return {
    apiVersion: Machine.apiVersion,
    kind: Machine.kind,
    metadata: { name, namespace: 'hearth-machines', uid, creationTimestamp: created },
    spec: { approval: { publicKey: KEY }, target: 'Configuration', forget: false, ...parts.spec },
    status: {
      observedGeneration: 1,
      state: 'Ready',
      publicKey: KEY,
      pairingCode: '0123-4567-89AB',
      agent: { mode: 'System', facts, ...parts.agent },
      ...parts.status,
    },
  };
}

/** One whose agent runs in the installer. */
export const bareMachine = (parts: MachineParts = {}): Immutable<Machine> =>
  machineWith({ ...parts, agent: { mode: 'Installer', facts, ...parts.agent } });

/** An assignment of the tests. */
export const assignmentOf = (more: Partial<Assignment> = {}): Assignment => ({
  id: '00112233445566ff.0.0',
  action: 'Apply',
  confirmWindow: '10m',
  drift: 'Correct',
  reboot: 'WhenNeeded',
  credentials: false,
  ...more,
});

/** How far an agent is. */
export const applyOf = (
  phase: NonNullable<AgentStatus['apply']>['phase'],
  more: Partial<NonNullable<AgentStatus['apply']>> = {},
): AgentStatus['apply'] => ({
  id: '00112233445566ff.0.0',
  phase,
  message: `It is ${phase.toLowerCase()}.`,
  since: '2026-01-01T00:00:00Z',
  ...more,
});

/** A heartbeat so many seconds ago. */
export const heardAgo = (seconds: number, more: Partial<Heartbeat> = {}): Heartbeat => ({
  age: seconds * 1000,
  live: true,
  renewTime: '2026-01-01T00:00:00.000000Z',
  ...more,
});

/** What is known of a machine that was heard just now, and has been in its phase for a minute. */
export const observationOf = (machine: Immutable<Machine>, more: Partial<Observation> = {}): Observation => ({
  machine,
  heartbeat: heardAgo(1),
  phaseAge: 60_000,
  duplicateOf: undefined,
  isConfigured: true,
  ...more,
});
