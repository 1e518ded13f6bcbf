import type { Patch, Resource } from '@hearth/runtime';
import { labels } from '../names.ts';

/** Whether an object is what a deleted App left behind. */
export const isRetained = ({ metadata }: Pick<Resource, 'metadata'>): boolean =>
  metadata.labels?.[labels.retained] !== undefined;

/** Marks what a deleted App leaves behind, or takes the mark off what is in use again. */
export const retainedPatch = (retained: boolean): Patch => ({
  metadata: { labels: { [labels.retained]: retained ? 'tombstone' : null } },
});
