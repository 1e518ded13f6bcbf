import { Home, type Machine, type NixOSConfiguration } from '@hearth/domain';
import { type Context, type Immutable, Stalled, Waiting } from '@hearth/runtime';
import { type Given, type Giving, isAdmitted } from '../assignment.ts';
import type { Sightings } from '../machine/heartbeats.ts';
import { configurationOf, selectedBy, selects, toldBy } from './claims.ts';
import type { Member } from './member.ts';
import { isTimeZone, type Opening, openingAt } from './schedule.ts';

type Configuration = Immutable<NixOSConfiguration>;

/** What a pass gathers with. */
export interface Tools {
  readonly giving: Giving;
  /** Since when machines are in the phase that they are in. */
  readonly sightings: Sightings;
}

/** The machines that a configuration has to do with. Of one that is not approved, gone or forgotten nothing is expected. */
export async function gatherMembers(
  configuration: Configuration,
  tools: Tools,
  context: Context,
): Promise<readonly Member[]> {
  const { read } = context;
  const machines = new Map(
    [...selectedBy(configuration, read), ...toldBy(configuration, read)].map((machine) => [
      machine.metadata.name,
      machine,
    ]),
  );
  const members = [...machines.values()].filter(isOurs).flatMap((machine) => {
    const role = roleOf(machine, configuration, context);
    return role ? [{ machine, role, failedFor: failedFor(machine, tools.sightings) }] : [];
  });
  return Promise.all(
    members.map(async (member) => ({
      ...member,
      given:
        member.role === 'has' ? await given(configuration, member.machine, tools.giving, context) : NOTHING,
    })),
  );
}

/** The machines that a configuration which is being deleted has to take back. */
export function gatherLeaving(
  configuration: Configuration,
  { sightings }: Tools,
  context: Context,
): readonly Member[] {
  const has = ({ spec: { assignment }, status }: Immutable<Machine>) =>
    assignment?.configuration === configuration.metadata.name ||
    status?.agent?.system?.running !== status?.agent?.system?.golden;
  const { read } = context;
  const told = toldBy(configuration, read);
  const machines = new Map(
    [...selectedBy(configuration, read), ...told].map((machine) => [machine.metadata.name, machine]),
  );
  return [...machines.values()]
    .filter((machine) => isOurs(machine) && has(machine))
    .filter((machine) => {
      const role = roleOf(machine, configuration, context);
      return role === 'has' || role === 'leaves';
    })
    .map((machine) => ({
      machine,
      role: 'leaves',
      given: NOTHING,
      failedFor: failedFor(machine, sightings),
    }));
}

const NOTHING: Given = { files: [], credentials: false };

function isOurs(machine: Immutable<Machine>): boolean {
  return isAdmitted(machine) && !machine.spec.forget && machine.metadata.deletionTimestamp === undefined;
}

function roleOf(
  machine: Immutable<Machine>,
  configuration: Configuration,
  { read }: Pick<Context, 'read'>,
): Member['role'] | undefined {
  const { name } = configuration.metadata;
  const owner = configurationOf(machine, read);
  if (owner?.metadata.name === name) return 'has';
  if (!owner) return 'leaves';
  // Whoever has it now sees to it: also where this one has told it what to do before.
  return selects(configuration, machine) ? { other: owner.metadata.name } : undefined;
}

/** Milliseconds since an attempt was first seen to have failed; of none that has, 0. */
function failedFor({ metadata, status }: Immutable<Machine>, sightings: Sightings): number {
  const apply = status?.agent?.apply;
  const name = metadata.uid ?? metadata.name;
  if (apply?.phase === 'Failed' || apply?.phase === 'RolledBack') return sightings.age(name, apply.id);
  sightings.forget(name);
  return 0;
}

async function given(
  configuration: Configuration,
  machine: Immutable<Machine>,
  giving: Giving,
  context: Context,
): Promise<Member['given']> {
  const { files = [], credentialsRef } = configuration.spec;
  if (files.length === 0 && !credentialsRef) return NOTHING;
  try {
    return await giving.look(configuration, machine, context);
  } catch (error) {
    if (error instanceof Waiting || error instanceof Stalled) return { missing: error.message };
    throw error;
  }
}

/** Whether changes may begin now; undefined where they may at any time. @throws Stalled where nobody can say. */
export function gatherOpening({ spec }: Configuration, { read, clock }: Context): Opening | undefined {
  if (!spec.schedule) return undefined;
  const zone = spec.schedule.timeZone ?? read.get(Home, { name: 'home' })?.spec.timeZone ?? 'UTC';
  if (isTimeZone(zone)) return openingAt(spec.schedule, zone, clock.now());
  throw new Stalled(
    'NoSuchTimeZone',
    `There is no time zone ${zone}: spec.schedule.timeZone is such as Europe/Vienna.`,
  );
}
