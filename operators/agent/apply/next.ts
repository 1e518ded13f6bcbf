import type { Attempt, Stage, Verdict } from '../journal/journal.ts';
import type { Assignment, PreviewRequest, Standing, TrialMethod, UnitState } from '../system/system.ts';

/** What NIO wants, as far as it is known: an agent that has not reached the API yet knows nothing. */
export type Wanted =
  | { readonly known: false }
  | {
      readonly known: true;
      readonly assignment?: Assignment | undefined;
      readonly preview?: PreviewRequest | undefined;
    };

/** What was observed of the machine. */
export interface Seen {
  readonly standing: Standing;
  /** The unit that activates. */
  readonly activation: UnitState;
  readonly failedUnits: readonly string[];
  readonly trialMethod: TrialMethod;
  /** Seconds since the API server last answered this machine anything. */
  readonly silence: number;
}

/** What is done about previews, while nothing is to be made true. */
export type Aside =
  | { readonly do: 'preview'; readonly preview: Preview }
  /** It is not asked for any more. */
  | { readonly do: 'forget-preview' };

/** A system to build and compare, and no more. */
export interface Preview extends PreviewRequest {
  /** Whether its repository is the one for which the machine has credentials. */
  readonly credentials: boolean;
}

/** Why an attempt goes back. */
export type Failure = NonNullable<Attempt['failure']>;

/** The one thing to do next. */
export type Next =
  /** Nothing, until something is told. */
  | { readonly do: 'rest' }
  /** Look again after so many seconds, or when something is told. */
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'begin'; readonly assignment: Assignment }
  | {
      readonly do:
        | 'fetch'
        | 'build'
        | 'check'
        | 'activate'
        | 'probe'
        | 'ask'
        | 'commit'
        | 'try-once'
        | 'go-back'
        | 'restart';
    }
  /** What was done has come to its end: the next stage. */
  | { readonly do: 'enter'; readonly stage: Stage; readonly change?: Partial<Attempt> }
  | { readonly do: 'fail'; readonly failure: Failure }
  | { readonly do: 'end'; readonly verdict: Verdict };
