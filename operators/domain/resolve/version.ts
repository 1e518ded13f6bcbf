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

function unknownVersion(app: App, version: string, known: readonly string[]): Costed {
  const name = app.spec.definition;
  const fix =
    app.spec.version === version
      ? 'Set spec.version to one of these, or leave it out.'
      : `Set spec.version to one of these; ${version} is no longer in the catalogue.`;
  return {
    cost: 'edit',
    conflict: {
      reason: 'VersionUnknown',
      message: `${keyOf(app)} is to run version ${version} of \`${name}\`, and the catalogue has ${listOf(known.slice(0, 5)) || 'none'}.`,
      fix,
      wishes: [`${keyOf(app)} runs version ${version}`],
    },
  };
}
