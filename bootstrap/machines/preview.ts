import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Machine, type MachinePreview, type NixOSConfiguration, refOf } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { waitUntil } from '../waiting.ts';
import { machineNamed, patchMachine, wasPatched } from './machines.ts';

type PreviewRequest = NonNullable<Machine['spec']['preview']>;

/** What a person wants to see compared; nothing: what their configuration will change next. */
export interface PreviewWish {
  /** A branch or a tag. */
  readonly ref?: string | undefined;
  /** A commit. */
  readonly revision?: string | undefined;
  /** Another repository than that of the configuration. */
  readonly flake?: string | undefined;
  /** The folder of the repository in which that flake is. */
  readonly directory?: string | undefined;
  /** Which of the flake’s systems. */
  readonly attribute?: string | undefined;
}

/** Seconds that an agent has to take up what is asked of it. */
const TAKEN_UP = 120;
/** Seconds: longer than any agent lets a build take. */
const BUILT = 7 * 60 * 60;
/** So many looks may fail one after the other: the API server may run on the machine that builds. */
const FAILED_LOOKS = 60;

/**
 * The flake to compare a machine with; undefined where nothing is asked for and nothing is to come, so that what was
 * changed last is all there is to show.
 * @throws Failure where nobody says which repository is meant.
 */
export function flakeToPreview(
  { metadata: { name }, status }: Machine,
  configurations: readonly NixOSConfiguration[],
  { flake: url, ...wish }: PreviewWish,
): PreviewRequest['flake'] | undefined {
  const { ref, revision, directory, attribute } = wish;
  if (url !== undefined) return { url, ref, revision, directory, attribute };
  const isAsked = Object.values({ ref, revision, directory, attribute }).some((each) => each !== undefined);
  const configuration = configurationOf(name, configurations);
  if (!configuration) {
    if (!isAsked) return undefined;
    throw new Failure(
      `No NixOSConfiguration has ${name}: say by --flake which repository is meant, such as --flake github:you/home.`,
    );
  }
  if (!isAsked && !(status?.state === 'Ready' && isToCome(name, configuration))) return undefined;
  const { flake } = configuration.spec;
  const own = ref === undefined && revision === undefined ? configuration.status : undefined;
  return {
    url: flake.url,
    ref: ref ?? refOf(configuration.spec),
    revision: revision ?? own?.revision,
    narHash: own && (flake.narHash ?? own.narHash),
    directory: directory ?? flake.directory,
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

/** Whether a machine waits for the configuration’s commit: paused, out of its hours, or not its turn yet. */
const isToCome = (machine: string, { status }: NixOSConfiguration): boolean =>
  status?.revision !== undefined &&
  status.machines?.some(({ name, state }) => name === machine && state === 'Waiting') === true;

/**
 * Has a machine build a system and compare it with what it runs, and waits for what it finds. Nothing is asked of it any
 * more once this has come to its end, whichever.
 * @throws Failure where the machine is not there to do it, or somebody asks it for something else meanwhile.
 */
export async function previewOn(
  kubectl: Kubectl,
  machine: Machine,
  flake: PreviewRequest['flake'],
  onAsked: () => void,
): Promise<Immutable<MachinePreview>> {
  const { name } = machine.metadata;
  if (machine.status?.state !== 'Ready')
    throw new Failure(
      `${name} is ${machine.status?.state ?? 'not known yet'}: a machine builds for itself, so it has to be there.`,
    );
  const id = randomUUID();
  // From here on something may be asked of the machine that nobody waits for.
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const signal of ENDING) process.on(signal, interrupt);
  try {
    await patchMachine(kubectl, machine, [
      { op: 'test', path: '/spec/preview', value: machine.spec.preview ?? null },
      { op: 'add', path: '/spec/preview', value: { id, flake } },
    ]);
    onAsked();
    return await untilMade(kubectl, name, id, interrupted.signal);
  } finally {
    await withdraw(kubectl, machine, id);
    for (const signal of ENDING) process.off(signal, interrupt);
  }
}

/** What ends a process from outside: the machine is told before. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Asks the machine for it no more; where it is another's preview by now, that stays. */
async function withdraw(kubectl: Kubectl, machine: Machine, id: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      await wasPatched(kubectl, machine, [
        { op: 'test', path: '/spec/preview/id', value: id },
        { op: 'remove', path: '/spec/preview' },
      ]);
      return;
    } catch {
      await sleep(1000);
    }
  }
  const { name } = machine.metadata;
  process.stderr.write(
    `${name} can’t be told that nobody waits for it; it may go on building until spec.preview of the Machine is removed.\n`,
  );
}

async function untilMade(
  kubectl: Kubectl,
  name: string,
  id: string,
  interrupted: AbortSignal,
): Promise<Immutable<MachinePreview>> {
  let seen: Machine | undefined;
  let failures = 0;
  const made = () => (seen?.status?.agent?.preview?.id === id ? seen.status.agent.preview : undefined);
  const look = async () => {
    try {
      seen = await machineNamed(kubectl, name);
      failures = 0;
    } catch (error) {
      if (++failures > FAILED_LOOKS) throw error;
    }
  };
  const hopeless = async () => {
    if (interrupted.aborted) return `Interrupted: ${name} builds it no further.`;
    if (seen && seen.spec.preview?.id !== id)
      return `Somebody asked ${name} for another preview meanwhile: ask again once it is through.`;
    if (seen && seen.status?.state !== 'Ready')
      return `${name} is ${seen.status?.state} now: ask again once it is back.`;
    return undefined;
  };
  const patience = { everyMilliseconds: 1000, hopeless };
  const begun = `That ${name} begins to build (it does so once it is through with what it is at)`;
  await waitUntil(begun, () => look().then(() => made() !== undefined), { seconds: TAKEN_UP, ...patience });
  const isThrough = () => look().then(() => ![undefined, 'Building'].includes(made()?.phase));
  await waitUntil(`The preview on ${name}`, isThrough, { seconds: BUILT, ...patience });
  const result = made();
  if (!result) throw new Failure(`${name} has forgotten the preview: ask again.`);
  return result;
}
