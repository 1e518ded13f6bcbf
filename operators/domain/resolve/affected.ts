import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Installed } from './installed.ts';
import type { Catalogue } from './resolution.ts';

/** What happened: an App became Ready, changed or went; a definition arrived, changed or went. */
export interface Change {
  readonly app?: App;
  readonly definition?: AppDefinition;
}

/** The installed Apps that a change may concern, other than the changed one, providers before consumers. */
export function affectedBy(
  change: Change,
  installed: Installed,
  catalogue: Catalogue,
): readonly ProviderRef[] {
  throw new Error(`not written yet ${change.app?.metadata.name} ${installed.apps.size} ${catalogue.size}`);
}
