import type { WhyStep } from '@hearth/domain';

/** How a resource is, as its own state says. */
export interface Judgement {
  readonly state: Extract<WhyStep['state'], 'ready' | 'not-ready' | 'unknown'>;
  /** What is said of it in a sentence whose subject it is: `is not ready`, `can’t pull its image`. */
  readonly phrase: string;
  /** What it says of it itself. */
  readonly detail?: string | undefined;
  /** When it became so. */
  readonly since?: string | undefined;
  /** The condition that says so. */
  readonly condition?: WhyStep['condition'];
  /** It is the resource itself that can’t go on: somebody has to change something about it. */
  readonly ownFault?: boolean | undefined;
}
