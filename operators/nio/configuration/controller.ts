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
import type { Giving } from '../assignment.ts';
import type { FlakeSource } from '../flake/source.ts';
import { createSightings, type Sightings } from '../machine/heartbeats.ts';
import { machinesNamespace } from '../names.ts';
import { carryOut, refusedOutcome, withRefusals } from './carry-out.ts';
import { claimants, configurationsByMachine, machinesByConfiguration, rivalsOf } from './claims.ts';
import { type Decision, decide, type Situation } from './decide.ts';
import { gatherLeaving, gatherMembers, gatherOpening } from './gather.ts';
import { names, outcomeOf } from './outcome.ts';
import { type Pin, pin } from './resolve.ts';
import { decideReverts } from './reverts.ts';
import type { Progress } from './standing.ts';
import { flakeCondition, progressOf, statusOf } from './status.ts';

/** What the controller of configurations is made with. */
export interface ConfigurationOptions {
  readonly source: FlakeSource;
  readonly giving: Giving;
}

type Configuration = Immutable<NixOSConfiguration>;

const here = { namespace: machinesNamespace };

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
      if (pinned.isNews) return announced(pinned, configuration);
      const members = await gatherMembers(configuration, { giving, sightings }, context);
      const situation = { configuration, members, revision, isNewFlake, opening };
      const decision = decide(situation);
      tellFailures(configuration, decision, context);
      const refused = await carryOut(configuration, decision.writes, giving, context);
      return conclude(situation, { ...decision, refused }, pinned, context);
    },

    async finalize(configuration, context) {
      sightings ??= createSightings(context.clock);
      const members = gatherLeaving(configuration, { giving, sightings }, context);
      const { writes, progress, waits } = decideReverts(configuration, members);
      const refused = await carryOut(configuration, writes, giving, context);
      const machines = progressOf(withRefusals(progress, refused));
      const [first] = machines;
      if (!first) return ready();
      const message = `Before it goes, its machines go back: ${names(machines)}. ${first.name}: ${first.message}`;
      return waiting('Reverting', message, {
        after: Math.min(LATER, ...waits),
        status: { machines: machines.slice(0, 1000) },
      });
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

/**
 * A commit is in the status before any machine is told of it: whoever goes on, after whatever crash, and whatever is
 * pushed meanwhile, goes on with that one.
 */
function announced({ revision, isNewFlake, status }: Pin, configuration: Configuration): Outcome {
  const isSame = !isNewFlake && configuration.status?.revision === revision;
  return waiting('Pinned', `It is to be ${revision?.slice(0, 12)}.`, {
    after: 1,
    status: {
      ...status,
      revision,
      ...(isSame ? {} : { narHash: null }),
      ...(isNewFlake ? { quarantine: null } : {}),
    },
  });
}

/** What is said of it all, and when to look again. */
function conclude(
  situation: Situation,
  decision: Decision & { readonly refused: readonly Progress[] },
  pinned: Pin,
  { clock }: Context,
): Outcome {
  const { configuration, opening } = situation;
  const until = opening && opening.changesAt.getTime() - clock.now().getTime();
  const times = [decision.after, pinned.checkIn, until].filter((time) => time !== undefined);
  const detail = {
    conditions: flakeCondition(pinned, configuration),
    ...(times.length > 0 ? { after: Math.max(1000, Math.min(...times)) } : {}),
  };
  const found = outcomeOf(situation, decision, detail);
  const known = pinned.revision === undefined && pinned.trouble ? troubled(pinned.trouble, detail) : found;
  const outcome = refusedOutcome(decision.refused) ?? known;
  return { ...outcome, status: statusOf(pinned, decision, outcome.message) };
}

/** Nothing is known of the flake: that is what is to be said. */
function troubled(trouble: NonNullable<Pin['trouble']>, detail: object): Outcome {
  const say = trouble.name === 'Stalled' ? stalled : waiting;
  return say(trouble.reason, trouble.message, { ...detail, ...trouble.detail });
}
