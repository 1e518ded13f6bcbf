import type { ProviderRef } from '../schema/fields.ts';
import type { Installed } from './installed.ts';

/** Who uses an App: bound to it, waiting for it, or choosing it. */
export function requiredBy(ref: ProviderRef, installed: Installed): readonly ProviderRef[] {
  return installed.consumers.get(`${ref.namespace}/${ref.name}`) ?? [];
}

/** Apps that Hearth installed for others and that nobody uses any more: to be offered for removal, never removed. */
export function removable(installed: Installed): readonly ProviderRef[] {
  throw new Error(`not written yet ${installed.apps.size}`);
}
