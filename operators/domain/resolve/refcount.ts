import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import { INSTALLED_AS, type Installed } from './installed.ts';
import { keyOf, refKey } from './ref.ts';

/** Who uses an App: bound to it, waiting for it, or choosing it. In the order of names. */
export const requiredBy = (ref: ProviderRef, installed: Installed): readonly ProviderRef[] =>
  installed.consumers(refKey(ref));

/** Whether Hearth installed an App for others and nobody uses it any more: to be offered for removal, never removed. */
export const isRemovable = (app: App, installed: Installed): boolean =>
  app.metadata.labels?.[INSTALLED_AS] === 'dependency' &&
  app.metadata.deletionTimestamp === undefined &&
  installed.consumers(keyOf(app)).length === 0;
