import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';

/** What a commit contains, by its hash, and which machine found something else. */
export interface Content {
  readonly narHash?: string;
  readonly differs?: { readonly machine: string; readonly found: string };
}

/**
 * All machines have to get the same of a commit: what the resource says, or else what the first machine has found. A
 * repository that shows one thing to one machine and another thing to the next is not to be trusted with either.
 * @param known what the resource says, or what was found before.
 */
export function judgeContent(
  machines: readonly Immutable<Machine>[],
  revision: string,
  known: string | undefined,
): Content {
  const found = machines
    .map(({ metadata: { name }, status }) => ({ machine: name, apply: status?.agent?.apply }))
    .flatMap(({ machine, apply }) =>
      apply?.revision === revision && apply.narHash !== undefined ? [{ machine, found: apply.narHash }] : [],
    )
    .toSorted((one, other) => (one.machine < other.machine ? -1 : 1));
  const narHash = known ?? found[0]?.found;
  const differs = found.find((each) => each.found !== narHash);
  return { ...(narHash === undefined ? {} : { narHash }), ...(differs && { differs }) };
}
