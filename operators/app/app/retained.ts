import type { App } from '@hearth/domain';
import { type Patch, type Resource, Stalled } from '@hearth/runtime';
import { labels } from '../names.ts';

/** Whether an object is what a deleted App left behind. */
export const isRetained = ({ metadata }: Pick<Resource, 'metadata'>): boolean =>
  metadata.labels?.[labels.retained] !== undefined;

/** Marks what a deleted App leaves behind, or takes the mark off what is in use again. */
export const retainedPatch = (retained: boolean): Patch => ({
  metadata: { labels: { [labels.retained]: retained ? 'tombstone' : null } },
});

/** What a deleted App left goes back only to one of the same definition: another would not understand it. */
export function refuseForeign(app: App, what: string, there: Pick<Resource, 'metadata'> | undefined): void {
  const definition = there?.metadata.labels?.[labels.definition];
  if (there === undefined || definition === app.spec.definition) return;
  const whose =
    definition === undefined ? 'was not made by Hearth' : `was left by an App of definition ${definition}`;
  throw new Stalled(
    'LeftByAnother',
    `${what} ${whose}: give this App another name than ${app.metadata.name}, or delete it if its data is not needed.`,
  );
}
