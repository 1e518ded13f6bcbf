import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Costed } from './conflict.ts';
import { keyOf, listOf } from './ref.ts';

/**
 * The version of an App that is to run: under Hold its pin, else what runs, else the newest. Under
 * Auto the pin is the floor: what runs stays unless it is older than the floor, and the upgrade
 * policy raises it; a new App begins with the newest.
 */
export function versionToRun(app: App, definition: AppDefinition): string | Costed {
  const known = definition.spec.versions.map(({ version }) => version);
  const pin = app.spec.version;
  const running = app.status?.version;
  if (pin !== undefined && !known.includes(pin)) return unknownVersion(app, pin, known);
  const version =
    app.spec.upgrade.policy === 'Auto' ? atLeast(pin, running, known) : (pin ?? running ?? known[0]);
  if (version === undefined) return unknownVersion(app, 'any', known);
  return known.includes(version) ? version : unknownVersion(app, version, known);
}

/** Versions stand newest first, so the smaller index is the newer. */
function atLeast(
  floor: string | undefined,
  running: string | undefined,
  known: readonly string[],
): string | undefined {
  if (running === undefined) return known[0];
  const isTooOld = floor !== undefined && known.indexOf(running) > known.indexOf(floor);
  return isTooOld ? floor : running;
}

/**
 * What is said of an App whose version left the catalogue while it runs, where nobody asks for another; undefined
 * of any other App. Such an App is kept as it is: another version might not be able to read its data.
 */
export function versionGone(app: App, definition: AppDefinition): string | undefined {
  const running = app.status?.version;
  const { external, version: pin, upgrade } = app.spec;
  const asksForAnother = upgrade.policy === 'Hold' && pin !== undefined && pin !== running;
  const known = definition.spec.versions.map(({ version }) => version);
  if (external !== undefined || running === undefined || asksForAnother) return undefined;
  return known.includes(running) ? undefined : goneSentence(app, running, known);
}

const goneSentence = (app: App, running: string, known: readonly string[]): string =>
  `Version ${running} runs and is left as it is, but \`${app.spec.definition}\` no longer has it in the catalogue. ` +
  `Put it back there; or set spec.version to one of ${listOf(known.slice(0, 5), 'or')}, once you are sure that ` +
  'it can go on with the data of this one.';

function unknownVersion(app: App, version: string, known: readonly string[]): Costed {
  return {
    cost: 'edit',
    conflict: {
      reason: 'VersionUnknown',
      message: `${keyOf(app)} is to run version ${version} of \`${app.spec.definition}\`, and the catalogue has ${listOf(known.slice(0, 5)) || 'none'}.`,
      fix:
        app.spec.version === version && app.status?.version !== version
          ? 'Set spec.version to one of these, or leave it out.'
          : `Put version ${version} back into the catalogue.`,
      wishes: [`${keyOf(app)} runs version ${version}`],
    },
  };
}
