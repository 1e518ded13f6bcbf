import { ApiError, type Context, PersistentVolumeClaim, Stalled } from '@hearth/runtime';
import { labels } from '../names.ts';
import type { AppInput } from '../workload/input.ts';
import { claims } from '../workload/volume.ts';
import { isRetained, retainedPatch } from './retained.ts';

/**
 * Makes an App's volumes, and finds again those that one of the same name and definition left.
 * @throws Stalled where a volume was left by another, or can't become what is asked.
 */
export async function keepClaims(
  input: AppInput,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { app } = input;
  for (const claim of claims(input)) {
    const there = read.get(PersistentVolumeClaim, claim.metadata);
    const definition = there?.metadata.labels?.[labels.definition];
    if (there && definition !== app.spec.definition) {
      throw new Stalled(
        'LeftByAnother',
        `Volume ${claim.metadata.name} was left by an App ${app.metadata.name} of definition ${definition}: give this App ` +
          'another name, or delete the PersistentVolumeClaim if its data is not needed.',
      );
    }
    if (there && isRetained(there))
      await act.patch(PersistentVolumeClaim, claim.metadata, retainedPatch(false));
    try {
      await act.apply(claim, { owner: app.spec.deletion === 'Delete' ? app : undefined });
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 422)) throw error;
      throw new Stalled(
        'VolumeRefused',
        `Volume ${claim.metadata.name} can’t become what is asked: ${error.body.message}`,
      );
    }
  }
}
