import { Home, Machine, NixOSConfiguration } from '@hearth/domain';
import {
  type Context,
  type Controller,
  type Immutable,
  type Key,
  keyOf,
  type Mapped,
  mapped,
  type Outcome,
  type Read,
  ready,
  Secret,
  specOf,
  stalled,
  waiting,
} from '@hearth/runtime';
import { assign, type Giving } from '../assignment.ts';
import type { FlakeSource } from '../flake/source.ts';
import { createSightings, type Sightings } from '../machine/heartbeats.ts';
import { machinesNamespace } from '../names.ts';
import { claimants, configurationsByMachine, machinesByConfiguration, rivalsOf } from './claims.ts';
import { type Decision, decide, type Situation } from './decide.ts';
import { gatherLeaving, gatherMembers, gatherOpening } from './gather.ts';
import type { Write } from './member.ts';
import { names, outcomeOf } from './outcome.ts';
import { type Pin, pin } from './resolve.ts';
import { decideReverts } from './reverts.ts';
import { flakeCondition, statusOf } from './status.ts';

/** What the controller of configurations is made with. */
export interface ConfigurationOptions {
  readonly source: FlakeSource;
  readonly giving: Giving;
}

type Configuration = Immutable<NixOSConfiguration>;

const here = { namespace: machinesNamespace };

/** So many machines are written at the same time. */
const WRITES = 16;

/** Keeps machines at the commit that their NixOSConfiguration names, and takes them back when it goes. */
export function configurationController({
  source,
  giving,
}: ConfigurationOptions): Controller<NixOSConfiguration> {
  let sightings: Sightings | undefined;
  return {
    name: 'nio-configuration',
    kind: NixOSConfiguration,
    ...here,
    finalizer: 'nio.hearth.dev/configuration',
    watches,
    indexes: [configurationsByMachine, machinesByConfiguration],

    async reconcile(configuration, context) {
      sightings ??= createSightings(context.clock);
      const opening = gatherOpening(configuration, context);
      const pinned = await pin(configuration, source, context);
      const { revision, isNewFlake } = pinned;
      const members = await gatherMembers(configuration, { giving, sightings }, context);
      const situation = { configuration, members, revision, isNewFlake, opening };
      const decision = decide(situation);
      tellFailures(configuration, decision, context);
      await carryOut(configuration, decision.writes, giving, context);
      return conclude(situation, decision, pinned, context);
    },

    async finalize(configuration, context) {
      sightings ??= createSightings(context.clock);
      const members = gatherLeaving(configuration, { giving, sightings }, context);
      const { writes, progress, waits } = decideReverts(configuration, members);
      await carryOut(configuration, writes, giving, context);
      const [first] = progress;
      if (!first) return ready();
      const message = `Before it goes, its machines go back: ${names(progress)}. ${first.name}: ${first.message}`;
      const machines = progress.slice(0, 1000);
      return waiting('Reverting', message, { after: Math.min(LATER, ...waits), status: { machines } });
    },
  };
}

/** When a configuration is looked at again that waits for its machines: each of their changes wakes it besides. */
const LATER = 10 * 60_000;

/** What wakes a configuration beside itself. */
const watches: readonly Mapped[] = [
  mapped(Machine, configurationsOf, { ...here, aspect: asItsConfigurationSeesIt }),
  mapped(NixOSConfiguration, rivalsOf, {
    ...here,
    aspect: (each) => [specOf(each), each.metadata.deletionTimestamp],
  }),
  mapped(Secret, ({ metadata: { name } }, read) => readersOf(name, read), here),
  mapped(Home, (_, read) => read.list(NixOSConfiguration).map(keyOf), {
    aspect: ({ spec }) => spec.timeZone,
  }),
];

/** The configurations that are for a machine, and the one that has told it what to do. */
function configurationsOf(machine: Immutable<Machine>, read: Read): Key[] {
  const { namespace } = machine.metadata;
  const told = machine.spec.assignment?.configuration;
  return [...claimants(machine, read).map(keyOf), ...(told === undefined ? [] : [{ namespace, name: told }])];
}

/** What a decision is made upon; on which step of the way an agent is, is not. */
function asItsConfigurationSeesIt({ metadata, spec, status }: Immutable<Machine>): readonly unknown[] {
  const { agent, state } = status ?? {};
  const { apply } = agent ?? {};
  const ended = apply && ['Done', 'Failed', 'RolledBack'].includes(apply.phase) ? apply : undefined;
  return [
    metadata.labels,
    metadata.deletionTimestamp,
    spec,
    state,
    status?.publicKey,
    agent?.mode,
    agent?.facts,
    agent?.system?.running,
    agent?.system?.golden,
    apply?.id,
    apply?.narHash,
    ended,
  ];
}

/** The configurations that make files from a Secret, or show what is in it to a repository. */
function readersOf(secret: string, read: Read): Key[] {
  return read
    .list(NixOSConfiguration)
    .filter(
      ({ spec }) =>
        spec.credentialsRef?.name === secret ||
        spec.files?.some(({ secretKeyRef }) => secretKeyRef?.name === secret),
    )
    .map(keyOf);
}

/** Says once of each commit that it failed, and where. */
function tellFailures({ status }: Configuration, { quarantine }: Decision, { event }: Context): void {
  const known = new Set(status?.quarantine?.map(({ key, attempt }) => `${key} ${attempt}`));
  for (const { key, attempt, revision, machine, message } of quarantine) {
    if (known.has(`${key} ${attempt}`)) continue;
    event('Warning', 'CommitFailed', `${revision.slice(0, 12)} failed on ${machine}: ${message}`);
  }
}

/** Writes what was decided. One that was overtaken does not keep the others back; the pass is made again then. */
async function carryOut(
  configuration: Configuration,
  writes: readonly Write[],
  giving: Giving,
  context: Context,
): Promise<void> {
  const failures: unknown[] = [];
  const write = async ({ machine, assignment, needsFiles }: Write) => {
    if (needsFiles && (assignment?.files || assignment?.credentials))
      await giving.give(configuration, machine, context);
    await context.act.patch(Machine, keyOf(machine), assign(machine, assignment));
  };
  for (let at = 0; at < writes.length; at += WRITES) {
    const settled = await Promise.allSettled(writes.slice(at, at + WRITES).map(write));
    failures.push(...settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])));
  }
  if (failures.length > 0) throw failures[0];
}

/** What is said of it all, and when to look again. */
function conclude(situation: Situation, decision: Decision, pinned: Pin, { clock }: Context): Outcome {
  const { configuration, opening } = situation;
  const until = opening && opening.changesAt.getTime() - clock.now().getTime();
  const times = [decision.after, pinned.checkIn, until].filter((time) => time !== undefined);
  const detail = {
    conditions: flakeCondition(pinned, configuration),
    ...(times.length > 0 ? { after: Math.max(1000, Math.min(...times)) } : {}),
  };
  const found = outcomeOf(situation, decision, detail);
  const outcome = pinned.revision === undefined && pinned.trouble ? troubled(pinned.trouble, detail) : found;
  return { ...outcome, status: statusOf(pinned, decision, outcome.message) };
}

/** Nothing is known of the flake: that is what is to be said. */
function troubled(trouble: NonNullable<Pin['trouble']>, detail: object): Outcome {
  const say = trouble.name === 'Stalled' ? stalled : waiting;
  return say(trouble.reason, trouble.message, { ...detail, ...trouble.detail });
}
