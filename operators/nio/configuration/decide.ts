import type { Machine, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { decideRollout, inOrder, type RolloutDecision } from '../rollout/decide.ts';
import { type Content, judgeContent } from './content.ts';
import type { Member, Write } from './member.ts';
import { type Quarantined, quarantineAfter } from './quarantine.ts';
import { decideReverts } from './reverts.ts';
import type { Opening } from './schedule.ts';
import { type Progress, type Standing, standingOf } from './standing.ts';
import { applyTask, nextAttempt, type Wanted, withTerms } from './task.ts';

/** What is decided upon. */
export interface Situation {
  readonly configuration: Immutable<NixOSConfiguration>;
  readonly members: readonly Member[];
  /** Undefined: it is not known yet. */
  readonly revision: string | undefined;
  /** The flake is another than the one that the status speaks of. */
  readonly isNewFlake: boolean;
  /** Of its schedule, if it has one. */
  readonly opening: Opening | undefined;
}

/** What to do now. */
export interface Decision {
  readonly writes: readonly Write[];
  readonly rollout: RolloutDecision;
  readonly standings: readonly Standing[];
  /** Of machines that are not part of the rollout: they go back, or another configuration has them. */
  readonly others: readonly Progress[];
  readonly content: Content;
  readonly quarantine: readonly Quarantined[];
  /** Milliseconds until something may be tried again. */
  readonly after: number | undefined;
}

/** Decides what each machine of a configuration is told now. */
export function decide(situation: Situation): Decision {
  const { configuration, members, opening } = situation;
  const { rollout: policy } = configuration.spec;
  const changing = members.filter(({ machine, role }) => role === 'has' && machine.spec.target !== 'Golden');
  const { content, quarantine } = learn(situation, changing);
  const wanted: WantedOf = new Map(
    changing.map((member) => [member.machine.metadata.name, wantedOf(member, situation, content)]),
  );
  const standings = standingsOf(situation, changing, wanted, quarantine);
  const reverts = decideReverts(configuration, members);
  const rollout = decideRollout({
    machines: standings.map((each) => each.rollout),
    policy,
    closedUntil: opening?.open === false ? opening.changesAt : undefined,
    alsoDown: reverts.down,
  });
  const begin = content.differs ? [] : rollout.begin;
  return {
    writes: [...reverts.writes, ...applies(standings, wanted, begin, policy.attempt)],
    rollout,
    standings,
    others: [...reverts.progress, ...members.flatMap(conflictOf)],
    content,
    quarantine,
    after: soonest([...standings.map(({ after }) => after), ...reverts.waits]),
  };
}

/** What is wanted of each machine, or why nothing is. */
type WantedOf = ReadonlyMap<string, Wanted | { readonly missing: string }>;

/** What the machines tell of the commit: what it contains, and where it does not work. */
function learn({ configuration, revision, isNewFlake }: Situation, members: readonly Member[]) {
  const { spec, status } = configuration;
  const machines = members.map(({ machine }) => machine);
  const found = isNewFlake || status?.revision !== revision ? undefined : status?.narHash;
  return {
    content: revision === undefined ? {} : judgeContent(machines, revision, spec.flake.narHash, found),
    quarantine: quarantineAfter(
      isNewFlake ? [] : (status?.quarantine ?? []),
      machines.filter((machine) => isOfFlake(machine, spec.flake)),
      spec.rollout.attempt,
    ),
  };
}

/** Whether a machine was told to run this very flake: what it says of another, or of another system in it, is of no use. */
function isOfFlake(
  { metadata, spec }: Immutable<Machine>,
  { url, directory, attribute = metadata.name }: Immutable<NixOSConfiguration>['spec']['flake'],
): boolean {
  const told = spec.assignment?.flake;
  return told?.url === url && told.directory === directory && told.attribute === attribute;
}

function standingsOf(
  { configuration: { spec }, revision = '' }: Situation,
  members: readonly Member[],
  wanted: WantedOf,
  quarantine: readonly Quarantined[],
): Standing[] {
  const { attempt } = spec.rollout;
  const standings = members.map(({ machine, failedFor }) => {
    const want = wanted.get(machine.metadata.name) ?? { missing: '' };
    return standingOf(machine, { wanted: want, revision, quarantine, attempt, failedFor });
  });
  return inOrder(standings, spec.rollout);
}

function wantedOf(
  { machine, given }: Member,
  { configuration, revision }: Situation,
  { narHash }: Content,
): Wanted | { readonly missing: string } {
  if (revision === undefined) return { missing: 'It is not known yet which commit it is to run.' };
  if ('missing' in given) return given;
  return applyTask(configuration, machine, revision, narHash, given);
}

function applies(
  standings: readonly Standing[],
  wanted: WantedOf,
  begin: readonly string[],
  attempt: number,
): Write[] {
  return standings.flatMap(({ name, machine, rollout, isVoid }): Write[] => {
    const { assignment: current } = machine.spec;
    const want = wanted.get(name);
    if (want && 'task' in want && begin.includes(name)) {
      return [{ machine, assignment: nextAttempt(want, current, attempt), needsFiles: true }];
    }
    if (isVoid) return [{ machine, assignment: undefined }];
    if (!want || 'missing' in want) return [];
    const next = rollout.phase === 'Done' && current ? withTerms(current, want) : undefined;
    return next ? [{ machine, assignment: next }] : [];
  });
}

function conflictOf({ machine, role }: Member): Progress[] {
  if (typeof role === 'string') return [];
  const message = `NixOSConfiguration ${role.other} has it, which is older.`;
  return [{ name: machine.metadata.name, state: 'Conflict', message }];
}

const soonest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
};
