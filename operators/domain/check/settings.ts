import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';

/** What a setting may hold. */
export type SettingValue = string | number | boolean;

/** The settings in effect: what the App says, else the definition's defaults; those without either are absent. */
export function effectiveSettings(
  app: App,
  definition: AppDefinition,
): Readonly<Record<string, SettingValue>> {
  throw new Error(`not written yet ${app.metadata.name} ${definition.metadata.name}`);
}
