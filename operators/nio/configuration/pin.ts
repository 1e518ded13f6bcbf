import { createHash } from 'node:crypto';
import { type NixOSConfiguration, refOf } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { milliseconds } from './duration.ts';

type Configuration = Immutable<NixOSConfiguration>;

/** Which commit the machines are to run, as far as the resource itself says. */
export type PinPlan =
  /** It is known, and stays; `checkIn` says after how many milliseconds its branch is to be looked at. */
  | {
      readonly step: 'keep';
      readonly revision: string;
      readonly resolvedFor: string;
      readonly checkIn?: number;
    }
  /** The repository has to be asked; `known` is what holds until it answers. */
  | {
      readonly step: 'ask';
      readonly ref: string | undefined;
      readonly resolvedFor: string;
      readonly known: string | undefined;
    };

/**
 * Decides whether to ask the repository. A commit that was found stays, whatever is pushed, until the resource names
 * another flake; only `autoUpdate` looks again.
 */
export function planPin({ spec, status }: Configuration, now: Date): PinPlan {
  const { flake, autoUpdate } = spec;
  const ref = refOf(spec);
  const resolvedFor = addressDigest(flake, ref);
  if (flake.revision !== undefined) return { step: 'keep', revision: flake.revision, resolvedFor };
  const known = status?.resolvedFor === resolvedFor ? status.revision : undefined;
  if (known === undefined) return { step: 'ask', ref, resolvedFor, known };
  if (!autoUpdate) return { step: 'keep', revision: known, resolvedFor };
  const every = milliseconds(autoUpdate.every);
  const age = now.getTime() - Date.parse(status?.checkedAt ?? '');
  // A time that lies ahead is of a clock that has been put right.
  return age >= 0 && age < every
    ? { step: 'keep', revision: known, resolvedFor, checkIn: every - age }
    : { step: 'ask', ref, resolvedFor, known };
}

/** Of what says which system is meant; not of its content, which is a consequence. */
function addressDigest(
  { url, revision, directory, attribute }: Configuration['spec']['flake'],
  ref?: string,
): string {
  const address = JSON.stringify([url, ref, revision, directory, attribute]);
  return createHash('sha256').update(address).digest('hex').slice(0, 32);
}
