import type { Machine } from '@hearth/domain';
import type { ConditionIntent, Immutable } from '@hearth/runtime';
import { type Assignment, isAdmitted, isToBeInstalled, isUnderWay } from '../assignment.ts';
import { SILENCE_SECONDS } from './access.ts';
import type { Heartbeat } from './heartbeats.ts';
import { hasSystem, type Installation, planInstallation } from './installation.ts';
import { planGolden } from './leaving.ts';

/** What is known of a machine. Ages are in milliseconds, by NIO's own clock. */
export interface Observation {
  readonly machine: Immutable<Machine>;
  readonly heartbeat: Heartbeat | undefined;
  /** Since when its agent is in the phase that it is in. */
  readonly phaseAge: number;
  /** The Machine that says the same of itself, and was here first. */
  readonly duplicateOf: string | undefined;
  /** Some NixOSConfiguration is for it. */
  readonly isConfigured: boolean;
}

type Status = NonNullable<Machine['status']>;
type State = NonNullable<Status['state']>;

/** What to do about a machine. */
export interface Decision {
  readonly state: State;
  /** Whether its agent is let in. */
  readonly admitted: boolean;
  /** What to write into `spec.assignment`, `'none'` to take it away; undefined: leave it. */
  readonly assignment?: Immutable<Assignment> | 'none' | undefined;
  /** The nonce to answer. */
  readonly confirm?: string | undefined;
  /** How it is to be installed; `null` where it must not be. Undefined: as it was. */
  readonly layout?: Status['layout'] | null;
  /** It has its system from now on. */
  readonly installed: boolean;
  /** Of an installer: how far it is. */
  readonly installation?: Installation | undefined;
  readonly conditions: readonly ConditionIntent[];
  /** Milliseconds until silence would mean that it is lost. */
  readonly lostIn?: number | undefined;
}

/** An installation ends in a restart, which takes its time. */
const SILENCE = SILENCE_SECONDS * 1000;
const SILENCE_INSTALLING = 900_000;

/** Decides about a machine, from what is known of it. */
export function decide(observed: Observation): Decision {
  const { machine } = observed;
  const conditions = duplicateCondition(observed);
  const admitted = isAdmitted(machine) && !machine.spec.forget;
  if (!admitted) {
    const state = machine.spec.forget && machine.spec.approval ? 'Lost' : 'Discovered';
    return { state, admitted, installed: false, conditions };
  }
  const installation = isToBeInstalled(machine) ? planInstallation(machine, observed.phaseAge) : undefined;
  const patience = lostIn(observed);
  return {
    state: stateOf(observed, installation, patience),
    admitted,
    assignment: installation ? assignedBy(machine, installation) : assignedAtLarge(observed),
    confirm: toConfirm(observed),
    ...(installation && layoutBy(installation)),
    installed: hasSystem(machine),
    installation,
    conditions,
    lostIn: patience,
  };
}

function duplicateCondition({ duplicateOf }: Observation): ConditionIntent[] {
  if (duplicateOf === undefined) return [];
  const message =
    `Machine ${duplicateOf} has the same machine-id or network card, and another key. This is another machine, or that ` +
    'one after it was set up anew, or a stranger: nothing that is meant for that one is given to it.';
  return [{ type: 'Duplicate', status: 'True', reason: 'SameHardware', message }];
}

/** Milliseconds until a machine that stays silent is lost, 0 and less if it is; undefined where it was never heard. */
function lostIn({ machine, heartbeat }: Observation): number | undefined {
  if (!heartbeat) return undefined;
  // After a start nobody knows how old a heartbeat is. What was lost stays so until it is heard.
  if (!heartbeat.live && machine.status?.state === 'Lost') return 0;
  return (machine.status?.state === 'Installing' ? SILENCE_INSTALLING : SILENCE) - heartbeat.age;
}

function stateOf(
  { machine }: Observation,
  installation: Installation | undefined,
  patience: number | undefined,
): State {
  if (patience === undefined) return 'Approved';
  if (patience <= 0) return 'Lost';
  if (!installation) return machine.status?.agent?.mode === 'System' ? 'Ready' : 'Approved';
  const begun = hasSystem(machine) || !['refuse', 'announce'].includes(installation.step);
  return begun ? 'Installing' : 'Approved';
}

function assignedBy(machine: Immutable<Machine>, installation: Installation): Decision['assignment'] {
  if (installation.step === 'begin') return installation.assignment;
  const withdrawn = installation.step === 'refuse' && machine.spec.assignment?.action === 'Install';
  return withdrawn ? 'none' : undefined;
}

/** Of a machine that runs its own system. If it has a configuration, that one says more. */
function assignedAtLarge({ machine, isConfigured, phaseAge }: Observation): Decision['assignment'] {
  const { assignment, target } = machine.spec;
  const isInstalling = assignment?.action === 'Install';
  if (isConfigured) return isInstalling ? 'none' : undefined;
  if (target === 'Golden') {
    const revert = planGolden(machine, phaseAge);
    if (revert.step === 'begin') return revert.assignment;
  }
  return isInstalling ? 'none' : undefined;
}

function layoutBy(installation: Installation): Pick<Decision, 'layout'> {
  if (installation.step === 'refuse') return installation.reason === 'Installed' ? {} : { layout: null };
  return 'layout' in installation ? { layout: installation.layout } : {};
}

/**
 * The nonce that an agent waits for, once its machine was heard after it asked: the status alone could have been sent
 * before the network went. By the machine's own clock, or by when NIO saw both.
 */
function toConfirm({ machine, heartbeat, phaseAge }: Observation): string | undefined {
  const { assignment } = machine.spec;
  const apply = machine.status?.agent?.apply;
  if (!assignment || apply?.id !== assignment.id || apply.phase !== 'Confirming') return undefined;
  if (apply.nonce === undefined || assignment.confirmed === apply.nonce || !heartbeat) return undefined;
  const sinceAsked =
    Date.parse(heartbeat.renewTime) > Date.parse(apply.since) || (heartbeat.live && heartbeat.age < phaseAge);
  return sinceAsked ? apply.nonce : undefined;
}

/** Whether an agent waits for an answer that it has not got. Then each heartbeat counts. */
export function waitsForAnswer(machine: Immutable<Machine>): boolean {
  const { spec, status } = machine;
  const apply = status?.agent?.apply;
  return isUnderWay(machine) && apply?.phase === 'Confirming' && apply.nonce !== spec.assignment?.confirmed;
}
