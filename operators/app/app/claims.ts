import {
  ApiError,
  type Context,
  PersistentVolumeClaim,
  type PersistentVolumeClaimObject,
  Stalled,
} from '@hearth/runtime';
import type { AppInput } from '../workload/input.ts';
import { claims } from '../workload/volume.ts';
import { isRetained, retainedPatch } from './retained.ts';

/**
 * Makes an App's volumes, and finds again those that one of the same name and definition left.
 * @throws Stalled where a volume can't become what is asked.
 */
export async function keepClaims(
  input: AppInput,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { app } = input;
  const owner = app.spec.deletion === 'Delete' ? app : undefined;
  for (const claim of claims(input)) {
    const there = read.get(PersistentVolumeClaim, claim.metadata);
    if (there && isRetained(there))
      await act.patch(PersistentVolumeClaim, claim.metadata, retainedPatch(false));
    await act.apply(claim, { owner }).catch((error: unknown) => refused(claim, error));
  }
}

/** The API server's no is final here: a volume can't shrink, and many storage classes can't grow one. */
function refused({ metadata }: PersistentVolumeClaimObject, error: unknown): never {
  if (error instanceof ApiError && (error.status === 403 || error.status === 422)) {
    throw new Stalled(
      'VolumeRefused',
      `Volume ${metadata.name} can’t become what is asked: ${error.body.message}`,
    );
  }
  throw error;
}
