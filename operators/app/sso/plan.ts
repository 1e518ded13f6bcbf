import type { ConditionIntent } from '@hearth/runtime';
import type { Claim, Observation, Step } from './provider.ts';

/** How long until one looks again whether somebody else's claim to the id is gone, in milliseconds. */
const recheck = 600_000;

/** What happened, for a person. */
interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Created' | 'Recreated' | 'Updated' | 'Healed' | 'Rotating' | 'Rotated';
  readonly message: string;
}

/** What to do about a client: nothing, and why; or steps. */
export type ClientPlan =
  | { readonly refused: { readonly reason: string; readonly message: string; readonly after: number } }
  | {
      readonly steps: readonly Step[];
      readonly happenings: readonly Happening[];
      readonly conditions: readonly ConditionIntent[];
    };

/** What a plan is made from, beside the claim. */
export interface Facts {
  readonly observed: Observation;
  /** Those that the client is to take, the newest first, and no others. */
  readonly secrets: readonly string[];
  /** How its secrets differ, on purpose, from what they were when they were last set. */
  readonly change: 'none' | 'added' | 'removed';
  /** The client was there before. */
  readonly known: boolean;
  /** As a sentence names it: `App home/identity`. */
  readonly provider: string;
  readonly enforcesGroups: boolean;
}

/** Decides what it takes to make the provider's client as claimed. */
export function planClient(claim: Claim, facts: Facts): ClientPlan {
  const { observed, secrets, provider } = facts;
  if (observed.standing.is === 'foreign') {
    const message =
      `${provider} has a client "${claim.id}" already, and it ${observed.standing.whose}. It is left alone: ` +
      'remove it there, or make this SSOClient again under another name.';
    return { refused: { reason: 'ClientTaken', message, after: recheck } };
  }
  return {
    steps: stepsOf(observed, secrets),
    happenings: happeningsOf(claim, facts),
    conditions: conditionsOf(claim, facts),
  };
}

/** What becomes of a client that nobody needs any more. Never touches what isn't ours. */
export const planRelease = ({ standing }: Observation): readonly Step[] =>
  standing.is === 'ours' ? [{ do: 'remove' }] : [];

const isRight = ({ drift, secrets }: Observation): boolean => drift.length === 0 && secrets === 'right';

function stepsOf(observed: Observation, secrets: readonly string[]): Step[] {
  if (observed.standing.is === 'absent') return [{ do: 'make', secrets }];
  return isRight(observed) ? [] : [{ do: 'mend', secrets }];
}

function happeningsOf({ id }: Claim, { observed, known, change, provider }: Facts): Happening[] {
  const client = `client "${id}" in ${provider}`;
  if (observed.standing.is === 'absent') {
    return known
      ? [{ type: 'Warning', reason: 'Recreated', message: `The ${client} was gone. Made it again.` }]
      : [{ type: 'Normal', reason: 'Created', message: `Made ${client}.` }];
  }
  const happenings: Happening[] = [];
  if (observed.drift.length > 0) {
    const message = `Set the ${client} right: ${observed.drift.join(', ')}.`;
    happenings.push({ type: 'Normal', reason: 'Updated', message });
  }
  if (observed.secrets === 'right') return happenings;
  return [...happenings, secretHappening(client, change)];
}

function secretHappening(client: string, change: Facts['change']): Happening {
  switch (change) {
    case 'added':
      return { type: 'Normal', reason: 'Rotating', message: `Gave the ${client} a new secret.` };
    case 'removed':
      return { type: 'Normal', reason: 'Rotated', message: `Took its old secret from the ${client}.` };
    case 'none':
      return {
        type: 'Warning',
        reason: 'Healed',
        message: `The ${client} had other secrets. Set its own again.`,
      };
  }
}

/** What is asked for as closed is never open in silence. */
function conditionsOf({ groups, strategy }: Claim, { enforcesGroups, provider }: Facts): ConditionIntent[] {
  if (groups.length === 0 || enforcesGroups || strategy === 'forward-auth') return [];
  const message =
    `${provider} can’t keep people out of one app by their groups: everyone whom it knows may sign in, and only the ` +
    `app itself can ask who is of ${groups.join(', ')}.`;
  return [{ type: 'Guarded', status: 'False', reason: 'GroupsNotEnforced', message }];
}
