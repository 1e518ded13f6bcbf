import type { App } from '../schema/app.ts';
import type { AppDefinition, Setting } from '../schema/app-definition.ts';

/** What a setting may hold. */
export type SettingValue = string | number | boolean;

/** The settings in effect: what the App says, else the definition's defaults; those without either are absent. */
export function effectiveSettings(
  app: App,
  definition: AppDefinition,
): Readonly<Record<string, SettingValue>> {
  const given = new Map(Object.entries(app.spec.settings ?? {}));
  return Object.fromEntries(
    Object.entries(definition.spec.settings ?? {}).flatMap(([name, setting]) => {
      const value = given.get(name) ?? setting.default;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What is wrong with a setting's value, as the end of a sentence that begins with the value; undefined when nothing is. */
export function settingComplaint(setting: Setting, value: SettingValue): string | undefined {
  return (
    typeComplaint(setting, value) ?? (typeof value === 'string' ? textComplaint(setting, value) : undefined)
  );
}

function typeComplaint({ type, minimum, maximum }: Setting, value: SettingValue): string | undefined {
  if (type === 'integer' ? !Number.isInteger(value) : typeof value !== type) {
    return `is not ${type === 'integer' ? 'an integer' : `a ${type}`}`;
  }
  if (typeof value !== 'number') return undefined;
  const isWithin = value >= (minimum ?? value) && value <= (maximum ?? value);
  return isWithin ? undefined : `is out of bounds: ${boundsOf(minimum, maximum)}`;
}

function textComplaint({ enum: allowed, maxLength, pattern }: Setting, value: string): string | undefined {
  if (allowed !== undefined && !allowed.includes(value)) {
    return `is none of ${allowed.map((one) => `\`${one}\``).join(', ')}`;
  }
  // Characters as people count them, not UTF-16 units.
  if (maxLength !== undefined && [...value].length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  const regex = pattern === undefined ? undefined : readPattern(pattern);
  return regex === undefined || regex.test(value) ? undefined : `doesn’t match ${pattern}`;
}

/** A pattern as a regular expression; undefined when it is none, of which `checkDefinition` tells. */
export function readPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

const boundsOf = (minimum: number | undefined, maximum: number | undefined): string =>
  [minimum === undefined ? [] : [`at least ${minimum}`], maximum === undefined ? [] : [`at most ${maximum}`]]
    .flat()
    .join(' and ');
