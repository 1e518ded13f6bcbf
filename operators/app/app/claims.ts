import { parseQuantity } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  PersistentVolumeClaim,
  type PersistentVolumeClaimObject,
  Stalled,
  Waiting,
} from '@hearth/runtime';
import type { AppInput } from '../workload/input.ts';
import { claimObject, claimOf, type OwnVolume, ownVolumes, volumesOf } from '../workload/volume.ts';
import { adoptedPatch, isRetained } from './retained.ts';

type Claim = Immutable<PersistentVolumeClaimObject>;

/**
 * Makes an App's volumes, and finds again those that one of the same name and definition left. They have no owner
 * while the App's data is to be retained: garbage collection then leaves them.
 * @throws Stalled where a volume can't become what is asked.
 */
export async function keepClaims(
  input: AppInput,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { app } = input;
  const owner = app.spec.deletion === 'Delete' ? app : undefined;
  for (const volume of ownVolumes(input)) {
    const key = volume.claim;
    const there = read.get(PersistentVolumeClaim, key) ?? (await read.live(PersistentVolumeClaim, key));
    if (there) refuseShrinking(volume, there);
    if (there && isRetained(there)) await act.patch(PersistentVolumeClaim, key, adoptedPatch);
    await act.apply(claimObject(input, volume, there), { owner }).catch((error: unknown) => {
      throw inWords(volume, error);
    });
  }
}

/** What tells the volumes that an App has now from others under the same names. */
export async function volumeUids({ app, definition }: AppInput, { read }: Pick<Context, 'read'>) {
  const namespace = app.metadata.namespace ?? '';
  const uids = volumesOf(definition.spec.workloads ?? []).map(async ({ name }) => {
    const key = { namespace, name: claimOf(app, name) };
    const claim = read.get(PersistentVolumeClaim, key) ?? (await read.live(PersistentVolumeClaim, key));
    return claim?.metadata.uid ?? '';
  });
  return Promise.all(uids);
}

/** Down to what it has, a wish that could not be granted may be taken back; below that, nothing shrinks. */
function refuseShrinking({ name, claim, chosenSize }: OwnVolume, { spec, status }: Claim): void {
  const size = status?.capacity?.storage ?? spec?.resources?.requests?.storage;
  if (chosenSize === undefined || size === undefined) return;
  if (parseQuantity(chosenSize) >= parseQuantity(size)) return;
  throw new Stalled(
    'VolumeTooLarge',
    `Volume ${claim.name} has ${size} and can’t shrink to ${chosenSize}: set the size of ${name} in ` +
      `spec.volumes to ${size} or more, or remove it there to leave the volume as it is.`,
  );
}

/** The API server's no, said of a volume: not every storage class can grow one, and a quota may forbid it. */
function inWords({ claim }: OwnVolume, error: unknown): unknown {
  const isRefusal = (error instanceof Stalled || error instanceof Waiting) && error.reason === 'Refused';
  if (!isRefusal) return error;
  const message = `Volume ${claim.name} can’t become what is asked: ${error.message}`;
  return error instanceof Stalled
    ? new Stalled('VolumeRefused', message, error.detail)
    : new Waiting('VolumeRefused', message, error.detail);
}
