import { parseQuantity } from '@hearth/domain';
import {
  ApiError,
  type Context,
  type Immutable,
  PersistentVolumeClaim,
  type PersistentVolumeClaimObject,
  Stalled,
} from '@hearth/runtime';
import type { AppInput } from '../workload/input.ts';
import { claimObject, claimOf, type OwnVolume, ownVolumes, volumesOf } from '../workload/volume.ts';
import { adoptedPatch, isRetained, recheck } from './retained.ts';

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
    const claim = claimObject(input, volume, there);
    await act.apply(claim, { owner }).catch((error: unknown) => refused(claim, error));
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

/** Only of a volume that is there is it known; a claim without one is the API server's to judge. */
function refuseShrinking({ name, claim, chosenSize }: OwnVolume, { status }: Claim): void {
  const capacity = status?.capacity?.storage;
  if (chosenSize === undefined || capacity === undefined) return;
  if (parseQuantity(chosenSize) >= parseQuantity(capacity)) return;
  throw new Stalled(
    'VolumeTooLarge',
    `Volume ${claim.name} has ${capacity} and can’t shrink to ${chosenSize}: set the size of ${name} in ` +
      `spec.volumes to ${capacity} or more, or remove it there to leave the volume as it is.`,
  );
}

/** The API server's no is final for now: not every storage class can grow a volume, and some can't while it is used. */
function refused({ metadata }: PersistentVolumeClaimObject, error: unknown): never {
  if (error instanceof ApiError && (error.status === 403 || error.status === 422)) {
    throw new Stalled(
      'VolumeRefused',
      `Volume ${metadata.name} can’t become what is asked: ${error.body.message}`,
      // A storage class that is allowed to grow volumes by now is not watched.
      { after: recheck },
    );
  }
  throw error;
}
