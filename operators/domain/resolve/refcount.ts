import type { ProviderRef } from '../schema/fields.ts';
import { INSTALLED_AS, type Installed } from './installed.ts';
import { refKey, refOf } from './ref.ts';

/** Who uses an App: bound to it, waiting for it, or choosing it. In the order of names. */
export function requiredBy(ref: ProviderRef, installed: Installed): readonly ProviderRef[] {
  return installed.consumers.get(refKey(ref)) ?? [];
}

/**
 * Apps that Hearth installed for others and that nobody uses any more, in the order of names: to be
 * offered for removal, never removed.
 */
export function removable(installed: Installed): readonly ProviderRef[] {
  return [...installed.apps.values()]
    .filter(({ metadata }) => metadata.labels?.[INSTALLED_AS] === 'dependency')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(refOf)
    .filter((ref) => requiredBy(ref, installed).length === 0);
}
