import { type ConditionIntent, type Outcome, ready, Stalled, Waiting, waiting } from '@hearth/runtime';
import type { People, Sighting } from '../sso/provider.ts';
import { interval, soon, type Told } from './herald.ts';

/** The part that stands whoever of the home is meant: undefined where all providers were told. */
export function untold(told: readonly Told[]): Outcome | undefined {
  if (told.length === 0) {
    const message =
      'There is no identity provider that runs, with which people could sign in: install one, such as an App of ' +
      'definition identity in hearth-providers.';
    return waiting('NoIdentityProvider', message, { after: interval });
  }
  const failures = told.flatMap(({ result }) => (result instanceof Error ? [result] : []));
  const [first] = failures;
  return first && waiting(first.reason, failures.map(({ message }) => message).join(' '));
}

/** What is said of a User after all providers were told. */
export function userOutcome(name: string, disabled: boolean, told: readonly Told[]): Outcome {
  const answers = told.flatMap(({ provider, result }) =>
    result instanceof Waiting || result instanceof Stalled ? [] : [{ provider, people: result }],
  );
  const status = statusOf(
    name,
    answers.map(({ people }) => people),
  );
  const late = behind(told);
  const conditions = [
    ...answers.flatMap(({ provider, people }) => refusalIn(name, provider, people)),
    ...(late === undefined ? [] : [{ type: 'KnownEverywhere', status: 'False' as const, ...late }]),
  ];
  const trouble = untold(told);
  if (trouble) return { ...trouble, status, conditions };
  // Who has refused them, or not heard of it, may let somebody of that name in.
  const isOut = disabled && conditions.length === 0;
  const message = isOut ? 'They are signed out everywhere, and can’t sign in.' : '';
  return ready({ status, conditions, message, after: late === undefined ? interval : soon });
}

/** What is said where a provider knows, and somebody behind it doesn't yet. */
export function behind(
  told: readonly Told[],
): { readonly reason: string; readonly message: string } | undefined {
  const sentences = told.flatMap(({ provider, result }) =>
    result instanceof Waiting || result instanceof Stalled || result.behind === undefined
      ? []
      : [`${provider}: ${result.behind}`],
  );
  return sentences.length === 0 ? undefined : { reason: 'DirectoryBehind', message: sentences.join(' ') };
}

/** What is seen of a person. To the day: when somebody signs in is nobody's business to the minute. */
function statusOf(name: string, people: readonly People[]): object {
  const sightings = people.flatMap(({ seen }) => seen.get(name) ?? []);
  const last = sightings
    .flatMap(({ lastSignIn }) => lastSignIn ?? [])
    .toSorted()
    .at(-1);
  return {
    passkeys: sightings.length === 0 ? null : sum(sightings),
    lastSignIn: last === undefined ? null : `${last.slice(0, 10)}T00:00:00Z`,
  };
}

const sum = (sightings: readonly Sighting[]): number =>
  sightings.reduce((total, { passkeys }) => total + passkeys, 0);

function refusalIn(name: string, provider: string, { refused }: People): ConditionIntent[] {
  const message = refused.get(name);
  if (message === undefined) return [];
  return [{ type: 'Accepted', status: 'False', reason: 'Refused', message: `${provider}: ${message}` }];
}

/** What is said of a Group after all providers were told. */
export function groupOutcome(
  members: readonly string[],
  strangers: readonly string[],
  told: readonly Told[],
): Outcome {
  const message = sentenceOf(members, strangers);
  const conditions: ConditionIntent[] =
    strangers.length === 0 ? [] : [{ type: 'MembersKnown', status: 'False', reason: 'NoSuchUser', message }];
  const trouble = untold(told);
  return trouble ? { ...trouble, conditions } : ready({ message, conditions, after: interval });
}

function sentenceOf(members: readonly string[], strangers: readonly string[]): string {
  if (members.length === 0) return 'Nobody is in it: name Users in spec.members.';
  if (strangers.length === 0) return '';
  return `There is no User ${strangers.join(', ')}: make one, or remove the name from spec.members.`;
}
