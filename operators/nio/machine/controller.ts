import { Machine, NixOSConfiguration } from '@hearth/domain';
import {
  type Clock,
  type Context,
  type Controller,
  followed,
  type Immutable,
  type Key,
  keyOf,
  Lease,
  type Mapped,
  mapped,
  type Read,
  Secret,
  ServiceAccount,
  specOf,
  Waiting,
} from '@hearth/runtime';
import { assign, confirm, type Giving, isUnderWay } from '../assignment.ts';
import { configurationsByMachine } from '../configuration/claims.ts';
import { Role, RoleBinding } from '../kinds.ts';
import { machinesNamespace, managedSelector } from '../names.ts';
import { accessOf } from './access.ts';
import { type Decision, decide, waitsForAnswer } from './decide.ts';
import { alike, machinesByMark } from './duplicate.ts';
import { withdraw } from './files.ts';
import { createHeartbeats, createSightings } from './heartbeats.ts';
import { planLeaving } from './leaving.ts';
import { type Memory, observe } from './observe.ts';
import { leavingOutcome, outcomeOf } from './outcome.ts';
import { takeBack } from './take-back.ts';

/** What the controller of machines is made with. */
export interface MachineControllerOptions {
  readonly giving: Giving;
  /** By which heartbeats are timed. */
  readonly clock: Clock;
}

const here = { namespace: machinesNamespace };
const ours = { ...here, selector: managedSelector };

/** Keeps each Machine: who may come in as it, what it is installed with, and whether it is there. */
export function machineController({ giving, clock }: MachineControllerOptions): Controller<Machine> {
  const memory: Memory = { heartbeats: createHeartbeats(clock), phases: createSightings(clock) };
  return {
    name: 'nio-machine',
    kind: Machine,
    ...here,
    finalizer: 'nio.hearth.dev/machine',
    owns: [
      { kind: ServiceAccount, ...ours },
      { kind: Role, ...ours },
      { kind: RoleBinding, ...ours },
    ],
    watches,
    reads: [{ kind: Secret, ...here }],
    indexes: [machinesByMark, configurationsByMachine],
    follows: [followed(Lease, memory.heartbeats.follow)],

    async reconcile(machine, context) {
      const decision = decide(observe(machine, context.read, memory));
      // First of all: an agent whose answer comes too late goes back.
      await assignAndConfirm(machine, decision, context);
      if (decision.admitted) {
        await letIn(machine, context);
        await heal(machine, giving, context);
      } else await takeBack(machine, context);
      tell(machine, decision, context);
      return outcomeOf(machine, decision, context.clock.now());
    },

    async finalize(machine, context) {
      const observed = observe(machine, context.read, memory);
      const leaving = planLeaving(machine, observed.phaseAge, context.clock.now());
      if (leaving.step === 'done') {
        memory.phases.forget(machine.metadata.uid ?? '');
        return takeBack(machine, context);
      }
      const assignment = leaving.step === 'begin' ? leaving.assignment : undefined;
      const decision = { ...decide(observed), assignment };
      await assignAndConfirm(machine, decision, context);
      // It may have been off for long, and has to be told. It finds no secrets any more: golden needs none.
      await withdraw(machine, 'everything', context);
      await letIn(machine, context);
      return leavingOutcome(machine, decision, leaving, context.clock.now());
    },
  };
}

/** What wakes a Machine beside itself. */
const watches: readonly Mapped[] = [
  // A thousand machines are heard thirty times a second: only those for whom it makes a difference are woken.
  mapped(Lease, heard, ours),
  mapped(Machine, (machine, read) => alike(machine, read).map(keyOf), { ...here, aspect: asOthersSeeIt }),
  mapped(
    NixOSConfiguration,
    ({ metadata: { namespace, name } }, read) =>
      read
        .list(Machine, { namespace: namespace ?? '' })
        .filter(({ spec }) => spec.assignment?.configuration === name)
        .map(keyOf),
    { ...here, aspect: specOf },
  ),
];

function heard({ metadata }: Immutable<{ readonly metadata: Key }>, read: Read): Key[] {
  const key = { namespace: metadata.namespace, name: metadata.name.replace(/^machine-/, '') };
  const machine = read.get(Machine, key);
  if (!machine) return [];
  const isNews = machine.status?.state === 'Lost' || machine.status?.state === 'Approved';
  return isNews || waitsForAnswer(machine) ? [key] : [];
}

function asOthersSeeIt({ metadata, spec, status }: Immutable<Machine>): readonly unknown[] {
  const facts = status?.agent?.facts;
  return [metadata.uid, spec.approval, status?.publicKey, facts?.machineId, facts?.interfaces];
}

/** Lets a machine's agent in. Its account is last: with it there are tokens, which should open something. */
async function letIn(machine: Immutable<Machine>, { act }: Context): Promise<void> {
  const { account, role, binding, lease } = accessOf(machine);
  await act.apply(role, { owner: machine });
  await act.apply(binding, { owner: machine });
  await act.apply(lease, { owner: machine });
  await act.apply(account, { owner: machine });
}

/** A person is told when a machine is lost, and when it is back. */
function tell({ status }: Immutable<Machine>, { state, admitted }: Decision, { event }: Context): void {
  if (!admitted || state === status?.state) return;
  if (state === 'Lost') event('Warning', 'Lost', 'It is not heard any more.');
  if (status?.state === 'Lost') event('Normal', 'Back', 'It is heard again.');
}

async function assignAndConfirm(
  machine: Immutable<Machine>,
  { confirm: nonce, assignment: next }: Decision,
  { act }: Context,
): Promise<void> {
  const { assignment } = machine.spec;
  if (nonce !== undefined && assignment) {
    await act.patch(Machine, keyOf(machine), confirm(machine, assignment, nonce));
  } else if (next !== undefined) {
    await act.patch(Machine, keyOf(machine), assign(machine, next === 'none' ? undefined : next));
  }
}

/**
 * Has in the machine's Secret what its configuration says; what is missing for that, the configuration tells. What it had
 * of one that is gone is taken out, once it needs it for nothing that is under way.
 */
async function heal(machine: Immutable<Machine>, giving: Giving, context: Context): Promise<void> {
  const { namespace } = machine.metadata;
  const name = machine.spec.assignment?.configuration;
  const configuration = name && context.read.get(NixOSConfiguration, { namespace, name });
  if (!configuration) {
    if (!isUnderWay(machine)) await withdraw(machine, 'what no configuration has', context);
    return;
  }
  if (configuration.metadata.deletionTimestamp) return;
  try {
    await giving.give(configuration, machine, context);
  } catch (error) {
    if (!(error instanceof Waiting)) throw error;
  }
}
