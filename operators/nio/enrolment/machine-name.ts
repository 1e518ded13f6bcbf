import type { MachineFacts } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { keyDigest } from './proof.ts';

/** What installers and images call every machine: it says nothing of one. */
const ANYBODY =
  /^(localhost|nixos|installer|hearth|nixos-installer|hearth-installer|raspberrypi|debian|machine)$/;
/** The account of a machine is called machine-NAME, its Secret machine-NAME-files; with what is added to a name, too. */
const LONGEST = 45;

/**
 * What to call a new machine, the best first: what it calls itself, if that is a name; then with some of its key's
 * digest. The last one is nobody else's.
 */
export function nameCandidates(facts: Immutable<MachineFacts>, publicKey: string): readonly string[] {
  const digest = keyDigest(publicKey);
  const own = (facts.hostname ?? '')
    .split('.', 1)
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
  const base = own === '' || ANYBODY.test(own) ? undefined : own;
  const made = [`${base ?? 'machine'}-${digest.slice(0, 4)}`, `${base ?? 'machine'}-${digest.slice(0, 8)}`];
  return base === undefined ? made : [base, ...made];
}
