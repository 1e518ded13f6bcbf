import { createHash } from 'node:crypto';
import type { AccountsRequest, Group, User } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';

/** All people that there are, with their groups: the same people in whatever order are the same accounts. */
export function accountsOf(
  users: readonly Immutable<User>[],
  groups: readonly Immutable<Group>[],
): AccountsRequest {
  const present = users.filter(isPresent).map((user) => accountOf(user, groups.filter(isPresent)));
  const sorted = present.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const revision = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
  return { revision, users: sorted };
}

/** Whoever is being deleted is no longer there: they are to be out before they are gone. */
const isPresent = ({ metadata }: Immutable<User | Group>): boolean =>
  metadata.deletionTimestamp === undefined;

function accountOf(
  { metadata: { name }, spec }: Immutable<User>,
  groups: readonly Immutable<Group>[],
): AccountsRequest['users'][number] {
  const own = groups.filter((group) => group.spec.members?.includes(name));
  return {
    name,
    displayName: spec.displayName ?? name,
    ...(spec.email === undefined ? {} : { email: spec.email }),
    disabled: spec.disabled,
    groups: own.map(({ metadata }) => metadata.name).toSorted(),
  };
}

/** The members of a group that are no Users. */
export const strangersIn = (
  { spec }: Immutable<Group>,
  isUser: (name: string) => boolean,
): readonly string[] => (spec.members ?? []).filter((name) => !isUser(name)).toSorted();
