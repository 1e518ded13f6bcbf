import type { NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';

/** How a change goes from machine to machine. */
export type RolloutPolicy = Immutable<NixOSConfiguration['spec']['rollout']>;

/** A machine, as a rollout sees it. */
export interface RolloutMachine {
  readonly name: string;
  /** Done: it runs what it should. Changing: it was told to change, and has not ended. Failed: in this very attempt. */
  readonly phase: 'Waiting' | 'Changing' | 'Done' | 'Failed';
  /** It is not to be reached, or not as it should be: it is down for those who need it, as one that changes may be. */
  readonly unavailable: boolean;
  /** Whether it may begin: now; later, by itself (it tries again after a while); or not before somebody does something. */
  readonly turn: 'Now' | 'Later' | 'Never';
}

/** What a rollout is decided upon. */
export interface RolloutState {
  readonly machines: readonly RolloutMachine[];
  readonly policy: RolloutPolicy;
  /** Outside of its schedule: when changes may begin again. */
  readonly closedUntil?: Date | undefined;
  /** How many other machines of the same configuration may be down: they go back to what they were. */
  readonly alsoDown?: number | undefined;
}

/** What a rollout does next. */
export interface RolloutDecision {
  readonly phase: NonNullable<NonNullable<NixOSConfiguration['status']>['rollout']>['phase'];
  /** The machines to tell now. */
  readonly begin: readonly string[];
  readonly done: number;
  readonly total: number;
}

/**
 * Decides on which machines a change begins now. It knows nothing but what the machines say of themselves: whoever asks
 * again, after whatever crash, gets the same answer.
 *
 * First come `canary` machines one by one, each of which has to be Done; which ones is not remembered, it is enough how
 * many are. Then so many at the same time that, with those that are unavailable anyhow, no more than `maxUnavailable`
 * may be down.
 */
export function decideRollout({
  machines,
  policy,
  closedUntil,
  alsoDown = 0,
}: RolloutState): RolloutDecision {
  const count = (phase: RolloutMachine['phase']) => machines.filter((each) => each.phase === phase).length;
  const counts = { done: count('Done'), total: machines.length };
  if (counts.done === counts.total) return { phase: 'Done', begin: [], ...counts };
  if (policy.pauseOnFailure && count('Failed') > 0) return { phase: 'Stopped', begin: [], ...counts };
  if (policy.paused) return { phase: 'Paused', begin: [], ...counts };
  const isCanary = counts.done < Math.min(policy.canary, counts.total);
  const room = policy.maxUnavailable - alsoDown - machines.filter(isDown).length;
  const begin = closedUntil
    ? []
    : turns(machines, policy, isCanary).slice(
        0,
        Math.max(0, isCanary ? Math.min(room, 1 - count('Changing')) : room),
      );
  return { phase: phaseOf(machines, isCanary, begin), begin: begin.map(({ name }) => name), ...counts };
}

/** May be down: it changes, or can't be reached. */
const isDown = ({ phase, unavailable }: RolloutMachine): boolean => phase === 'Changing' || unavailable;

/** Who may begin now, in the order in which they do. */
function turns(
  machines: readonly RolloutMachine[],
  policy: RolloutPolicy,
  isCanary: boolean,
): readonly RolloutMachine[] {
  const waiting = inOrder(machines, policy).filter(
    ({ phase, unavailable, turn }) => phase === 'Waiting' && !unavailable && turn !== 'Never',
  );
  // One that is tried first and did not get through is tried again, before others are tried in its stead.
  if (isCanary && waiting[0]?.turn === 'Later') return [];
  return waiting.filter(({ turn }) => turn === 'Now');
}

/** The machines in the order in which they change: those that the policy names, then by name. */
export function inOrder<M extends { readonly name: string }>(
  machines: readonly M[],
  { order = [] }: Pick<RolloutPolicy, 'order'>,
): M[] {
  const places = new Map(order.map((name, place) => [name, place]));
  const place = ({ name }: M) => places.get(name) ?? order.length;
  return machines.toSorted((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}

/** A rollout that is under way is in one of its stages; one in which nothing happens waits. */
function phaseOf(
  machines: readonly RolloutMachine[],
  isCanary: boolean,
  begin: readonly RolloutMachine[],
): RolloutDecision['phase'] {
  const isMoving = begin.length > 0 || machines.some(({ phase }) => phase === 'Changing');
  if (!isMoving) return 'Waiting';
  return isCanary ? 'Canary' : 'Rolling';
}
