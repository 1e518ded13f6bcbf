import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';

/** What a commit contains, by its hash, and which machine found something else. */
export interface Content {
  readonly narHash?: string;
  /** Nobody can say who is right. */
  readonly differs?: Found;
}

type Found = { readonly machine: string; readonly found: string };

/**
 * All machines have to get the same of a commit. Where the resource says what, or all machines but one have found the
 * same, then one that finds something else is that machine's failure. Else it is what the first machine has found, and a
 * repository that shows one thing to one machine and another thing to the next is not to be trusted with either.
 * @param said what the resource says.
 * @param known what was found before.
 */
export function judgeContent(
  machines: readonly Immutable<Machine>[],
  revision: string,
  said: string | undefined,
  known: string | undefined,
): Content {
  if (said !== undefined) return { narHash: said };
  const found = machines
    .map(({ metadata: { name }, status }) => ({ machine: name, apply: status?.agent?.apply }))
    .flatMap(({ machine, apply }) =>
      apply?.revision === revision && apply.narHash !== undefined ? [{ machine, found: apply.narHash }] : [],
    )
    .toSorted((one, other) => (one.machine < other.machine ? -1 : 1));
  const agreed = agreedBut(found);
  if (agreed !== undefined) return { narHash: agreed };
  const narHash = known ?? found[0]?.found;
  const differs = found.find((each) => each.found !== narHash);
  return { ...(narHash === undefined ? {} : { narHash }), ...(differs && { differs }) };
}

/** What several machines have found, where exactly one has found something else. */
function agreedBut(all: readonly Found[]): string | undefined {
  const others = new Map(all.map(({ found }) => [found, all.filter((each) => each.found !== found).length]));
  return all.length > 2 ? [...others].find(([, count]) => count === 1)?.[0] : undefined;
}
