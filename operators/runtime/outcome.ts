import type { Condition } from './kinds/meta.ts';

/** A condition as a reconciler states it; the runtime adds `observedGeneration` and `lastTransitionTime`. */
export type ConditionIntent = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** What any outcome may carry. */
export interface OutcomeDetail {
  /**
   * Fields to set in `status`, merged over those that are there (as RFC 7386: null removes one).
   * Never `conditions` or `observedGeneration`: these are the runtime's.
   */
  readonly status?: object | undefined;
  /**
   * The reconciler's own conditions, beside Ready, Reconciling and Stalled. Given, they are all of them: one
   * that is no longer given is removed. Not given, those that are there stay.
   */
  readonly conditions?: readonly ConditionIntent[] | undefined;
  /** Milliseconds until the object is reconciled again, though nothing changed. */
  readonly after?: number | undefined;
}

/** What a pass came to. Make one with {@link ready}, {@link waiting} or {@link stalled}. */
export type Outcome =
  | (OutcomeDetail & { readonly type: 'ready'; readonly message: string })
  | (OutcomeDetail & {
      readonly type: 'waiting' | 'stalled';
      readonly reason: string;
      readonly message: string;
    });

/** The object is as it asks to be. Ready=True; reconciled again when something changes, or after `after`. */
export function ready(detail: OutcomeDetail & { readonly message?: string } = {}): Outcome {
  return { message: '', ...detail, type: 'ready' };
}

/**
 * Something is under way or not there yet. Ready=False and Reconciling=True, with the reason (CamelCase) and a
 * message for a person. Retried after `after`; without it, with growing delays of up to five minutes.
 */
export function waiting(reason: string, message: string, detail: OutcomeDetail = {}): Outcome {
  return { ...detail, type: 'waiting', reason, message };
}

/** It can't go on until somebody changes something. Ready=False and Stalled=True; not retried unless `after` is given. */
export function stalled(reason: string, message: string, detail: OutcomeDetail = {}): Outcome {
  return { ...detail, type: 'stalled', reason, message };
}

/** Thrown where a pass finds deep inside that it must wait: the same as returning {@link waiting}. */
export class Waiting extends Error {
  readonly reason: string;
  readonly detail: OutcomeDetail;

  constructor(reason: string, message: string, detail: OutcomeDetail = {}) {
    super(message);
    this.name = 'Waiting';
    this.reason = reason;
    this.detail = detail;
  }
}

/** Thrown where a pass finds deep inside that it can't go on: the same as returning {@link stalled}. */
export class Stalled extends Error {
  readonly reason: string;
  readonly detail: OutcomeDetail;

  constructor(reason: string, message: string, detail: OutcomeDetail = {}) {
    super(message);
    this.name = 'Stalled';
    this.reason = reason;
    this.detail = detail;
  }
}
