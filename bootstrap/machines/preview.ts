import { randomUUID } from 'node:crypto';
import { type Machine, type MachinePreview, type NixOSConfiguration, refOf } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { waitUntil } from '../waiting.ts';
import { machineNamed, patchMachine } from './machines.ts';

type PreviewRequest = NonNullable<Machine['spec']['preview']>;

/** What a person wants to see compared; nothing: what their configuration will change next. */
export interface PreviewWish {
  /** A branch or a tag. */
  readonly ref?: string | undefined;
  /** A commit. */
  readonly revision?: string | undefined;
  /** Another repository than that of the configuration. */
  readonly flake?: string | undefined;
  /** Which of the flake’s systems. */
  readonly attribute?: string | undefined;
}

/** Seconds that an agent has to take up what is asked of it. */
const TAKEN_UP = 120;
/** Seconds: longer than any agent lets a build take. */
const BUILT = 7 * 60 * 60;

/**
 * The flake to compare a machine with; undefined where nothing is asked for and nothing is to come, so that what was
 * changed last is all there is to show.
 * @throws Failure where nobody says which repository is meant.
 */
export function flakeToPreview(
  { metadata: { name } }: Machine,
  configurations: readonly NixOSConfiguration[],
  wish: PreviewWish,
): PreviewRequest['flake'] | undefined {
  const { ref, revision, attribute } = wish;
  if (wish.flake !== undefined) return { url: wish.flake, ref, revision, attribute };
  const isAsked = ref !== undefined || revision !== undefined || attribute !== undefined;
  const configuration = configurationOf(name, configurations);
  if (!configuration) {
    if (!isAsked) return undefined;
    throw new Failure(
      `No NixOSConfiguration has ${name}: say by --flake which repository is meant, such as --flake github:you/home.`,
    );
  }
  const next = nextRevision(name, configuration);
  if (!isAsked && next === undefined) return undefined;
  const { flake } = configuration.spec;
  return {
    url: flake.url,
    directory: flake.directory,
    ref: ref ?? refOf(configuration.spec),
    revision: revision ?? (ref === undefined ? (next ?? configuration.status?.revision) : undefined),
    attribute: attribute ?? flake.attribute,
  };
}

/** Whose machine it is. */
const configurationOf = (
  machine: string,
  configurations: readonly NixOSConfiguration[],
): NixOSConfiguration | undefined =>
  configurations.find(({ status }) =>
    status?.machines?.some(({ name, state }) => name === machine && state !== 'Conflict'),
  );

/** The commit that a machine waits for: paused, out of its hours, or not its turn yet. */
function nextRevision(machine: string, { status }: NixOSConfiguration): string | undefined {
  const progress = status?.machines?.find(({ name }) => name === machine);
  return progress?.state === 'Waiting' ? status?.revision : undefined;
}

/**
 * Has a machine build a system and compare it with what it runs, and waits for what it finds.
 * @throws Failure where the machine is not there to do it, or somebody asks it for something else meanwhile.
 */
export async function previewOn(
  kubectl: Kubectl,
  machine: Machine,
  flake: PreviewRequest['flake'],
): Promise<Immutable<MachinePreview>> {
  const { name } = machine.metadata;
  if (machine.status?.state !== 'Ready')
    throw new Failure(
      `${name} is ${machine.status?.state ?? 'not known yet'}: a machine builds for itself, so it has to be there.`,
    );
  const id = randomUUID();
  await patchMachine(kubectl, machine, [{ op: 'add', path: '/spec/preview', value: { id, flake } }]);
  let made: Immutable<MachinePreview> | undefined;
  const look = async () => {
    const { spec, status } = await machineNamed(kubectl, name);
    if (spec.preview?.id !== id)
      throw new Failure(
        `Somebody asked ${name} for another preview meanwhile: ask again once it is through.`,
      );
    made = status?.agent?.preview?.id === id ? status.agent.preview : undefined;
  };
  await waitUntil(
    `That ${name} begins to build (it does so once it is through with what it is at)`,
    async () => {
      await look();
      return made !== undefined;
    },
    { seconds: TAKEN_UP, everyMilliseconds: 500 },
  );
  await waitUntil(
    `The preview on ${name}`,
    async () => {
      await look();
      return made?.phase !== 'Building';
    },
    { seconds: BUILT, everyMilliseconds: 1000 },
  );
  if (!made) throw new Failure(`${name} has forgotten the preview: ask again.`);
  return made;
}
