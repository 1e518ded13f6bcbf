import type { ConditionIntent } from '@hearth/runtime';

const day = 86_400_000;

/** For how long status says that the authority is a new one, in milliseconds. */
export const noticeOfReplacement = 30 * day;
/** How long before its end status says that the authority ends, in milliseconds. */
export const noticeOfEnd = 365 * day;

/** The annotation that says, on the authority's Secret, what it came instead of an older one for. */
export const replacedBecause = 'hearth.dev/replaced-because';

/** What is known of the authority that is there. */
export type Authority =
  | { readonly readable: false }
  | {
      readonly readable: true;
      readonly limitedToDomain: boolean;
      readonly made: Date;
      readonly ends: Date;
      /** Why it took the place of another, in CamelCase; undefined where it is the first. */
      readonly replaced?: string | undefined;
    };

/** What to do about the authority. */
export type AuthorityPlan =
  | {
      readonly do: 'keep';
      readonly conditions: readonly ConditionIntent[];
      /** Milliseconds until the conditions change by themselves. */
      readonly after: number | undefined;
    }
  | {
      readonly do: 'make';
      /** Why it takes the place of one that people trust already; undefined where it is the first. */
      readonly replaced: string | undefined;
      readonly conditions: readonly ConditionIntent[];
    }
  | { readonly do: 'refuse'; readonly reason: string; readonly message: string };

/**
 * An authority is made once. People carry its certificate to their phones by hand, so nothing short of
 * another domain replaces it: not its age, and not a Secret that someone damaged and can restore.
 * `published` is what status gave people to trust, if it did.
 */
export function planAuthority(
  authority: Authority | undefined,
  published: string | undefined,
  now: Date,
): AuthorityPlan {
  if (authority === undefined) return make(published === undefined ? undefined : 'SecretDeleted');
  if (!authority.readable) {
    return {
      do: 'refuse',
      reason: 'AuthorityUnreadable',
      message:
        'Secret hearth-system/hearth-local-ca holds no authority with its key. Restore it from a backup; or ' +
        'delete it, and a new one is made, which every phone and laptop must then trust.',
    };
  }
  if (!authority.limitedToDomain) return make('DomainChanged');
  return { do: 'keep', ...notices(authority, now) };
}

function make(replaced: string | undefined): AuthorityPlan {
  return { do: 'make', replaced, conditions: replaced === undefined ? [] : [replacedCondition(replaced)] };
}

/** What status says of an authority that is kept, and when that changes. */
function notices(
  { replaced, made, ends }: Extract<Authority, { readable: true }>,
  now: Date,
): { conditions: ConditionIntent[]; after: number | undefined } {
  const untilOld = replaced === undefined ? 0 : made.getTime() + noticeOfReplacement - now.getTime();
  const untilEnding = ends.getTime() - noticeOfEnd - now.getTime();
  const coming = [untilOld, untilEnding].filter((milliseconds) => milliseconds > 0);
  return {
    conditions: [
      ...(replaced !== undefined && untilOld > 0 ? [replacedCondition(replaced)] : []),
      ...(untilEnding <= 0 ? [endingCondition(ends)] : []),
    ],
    after: coming.length > 0 ? Math.min(...coming) : undefined,
  };
}

const reasonInWords: Readonly<Record<string, string>> = {
  DomainChanged: 'The home’s domain changed',
  SecretDeleted: 'Secret hearth-system/hearth-local-ca was gone',
};

/** Tells a person that what their phones trust is no longer what signs. */
export function replacementMessage(replaced: string): string {
  return (
    `${reasonInWords[replaced] ?? 'The old one was of no use any more'}, so the home has a new certificate authority: ` +
    'every phone and laptop must trust it (status.certificateAuthority), and can forget the old one.'
  );
}

const replacedCondition = (replaced: string): ConditionIntent => ({
  type: 'AuthorityReplaced',
  status: 'True',
  reason: replaced,
  message: replacementMessage(replaced),
});

const endingCondition = (ends: Date): ConditionIntent => ({
  type: 'AuthorityEnding',
  status: 'True',
  reason: 'ExpiresSoon',
  message:
    `The home’s certificate authority ends on ${ends.toISOString().slice(0, 10)}, and all certificates with it. At a ` +
    'quiet hour before, delete Secret hearth-system/hearth-local-ca: a new one is made, which every phone and ' +
    'laptop must then trust.',
});
