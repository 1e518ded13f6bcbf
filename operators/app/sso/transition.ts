import { isAt, type Ledger, type Place, placesOf, type Wish, wished } from './ledger.ts';

/**
 * A pass's way from one ledger to another. Whatever may be at a provider is in the ledger that is written down: what is
 * to be made before it is made, what is to go until it is gone.
 */
export interface Transition {
  /** To be written down first. */
  readonly prepared: Ledger;
  /** What is to be at the providers. */
  readonly target: Ledger;
  /** Where clients are that nobody needs any more. */
  readonly leaving: readonly Place[];
}

/** Plans the way. @param isSettled whether nobody runs on what was shown before. */
export function transitionOf(before: Ledger, wish: Wish, isSettled: boolean): Transition {
  // What comes next has been seen by nobody: until it has, what they have seen stays.
  const settles = isSettled && before.next === undefined && before.current !== undefined;
  const target = wished(settles ? { ...before, former: [] } : before, wish);
  const prepared = settles ? { ...target, former: before.former } : target;
  const needed = placesOf(target);
  return { prepared, target, leaving: placesOf(prepared).filter((place) => !needed.some(isAt(place))) };
}

/** The ledger at the end of the way: consumers are shown what was next. @param stuck where clients could not be removed. */
export function arrival({ prepared, target }: Transition, stuck: readonly Place[], now: Date): Ledger {
  const left = prepared.former.filter((each) => stuck.some((place) => isAt(place)(each)));
  const { next, ...rest } = target;
  if (next === undefined) return { ...target, former: [...target.former, ...left] };
  const former = [...(rest.current ? [rest.current] : []), ...rest.former, ...left];
  return { ...rest, current: next, since: now.toISOString(), former };
}
