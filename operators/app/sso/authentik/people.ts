import type { Group } from '@goauthentik/api/dist/models/Group.js';
import type { User } from '@goauthentik/api/dist/models/User.js';
import type { AccountsRequest } from '@hearth/domain';
import type { People } from '../provider.ts';
import type { Api } from './session.ts';

type Account = AccountsRequest['users'][number];

/** The attribute by which a group and a person are known as the home's: its id. */
const homeAttribute = 'hearth';

/** What is asked for at a time. */
const pageSize = 100;

/** Whether a person or group is the home's. */
const isOurs = ({ attributes }: Pick<User | Group, 'attributes'>, home: string): boolean =>
  attributes?.[homeAttribute] === home;

/**
 * Makes Authentik's people and groups as the home's are, without credentials: these a person sets there. Those who are
 * no longer among them are locked out, which signs them out, and kept with their credentials, in case they come back.
 * Whoever and whatever is not marked as the home's is left alone.
 */
export async function syncPeople(api: Api, { users }: AccountsRequest, home: string): Promise<People> {
  const there = await listed((page) => api.core.coreUsersList({ page, pageSize, includeGroups: true }));
  const refused = new Map<string, string>();
  const wanted = new Set(users.map(({ name }) => name));
  // First of all: who must not come in any more.
  for (const user of there) {
    if (!isOurs(user, home) || wanted.has(user.username) || user.isActive === false) continue;
    const patchedUserRequest = { isActive: false, groups: [] };
    await api.core.coreUsersPartialUpdate({ id: user.pk, patchedUserRequest });
  }
  const groups = await groupsOf(api, users, home);
  for (const account of users) {
    const found = there.find(({ username }) => username === account.name);
    const refusal = await keepUser(api, account, found, groups, home);
    if (refusal !== undefined) refused.set(account.name, refusal);
  }
  return { seen: new Map(), refused };
}

const taken = (what: string, name: string): string =>
  `Authentik has a ${what} "${name}" that was not made for this home; it is left alone.`;

/** Makes sure of a group; undefined where somebody else's has its name. */
export async function ensureGroup({ core }: Api, name: string, home: string): Promise<Group | undefined> {
  const { results } = await core.coreGroupsList({ name, includeUsers: false });
  const found = results.find((group) => group.name === name);
  if (found) return isOurs(found, home) ? found : undefined;
  return core.coreGroupsCreate({ groupRequest: { name, attributes: { [homeAttribute]: home } } });
}

/** The home's groups by name; those that are somebody else's are missing. */
async function groupsOf(api: Api, users: readonly Account[], home: string): Promise<Map<string, string>> {
  const groups = new Map<string, string>();
  for (const name of new Set(users.flatMap((account) => account.groups))) {
    const group = await ensureGroup(api, name, home);
    if (group) groups.set(name, group.pk);
  }
  return groups;
}

async function keepUser(
  { core }: Api,
  account: Account,
  found: User | undefined,
  known: ReadonlyMap<string, string>,
  home: string,
): Promise<string | undefined> {
  if (found !== undefined && !isOurs(found, home)) return taken('user', account.name);
  const groups = account.groups.flatMap((name) => known.get(name) ?? []).toSorted();
  const wanted = {
    username: account.name,
    name: account.displayName,
    email: account.email ?? '',
    isActive: !account.disabled,
    groups,
  };
  if (found === undefined) {
    await core.coreUsersCreate({ userRequest: { ...wanted, attributes: { [homeAttribute]: home } } });
  } else if (!isAs(found, wanted)) {
    await core.coreUsersPartialUpdate({ id: found.pk, patchedUserRequest: wanted });
  }
  const missing = account.groups.find((name) => !known.has(name));
  return missing === undefined ? undefined : taken('group', missing);
}

const isAs = (
  found: User,
  wanted: Pick<User, 'name' | 'email' | 'isActive'> & { readonly groups: readonly string[] },
): boolean =>
  found.name === wanted.name &&
  found.email === wanted.email &&
  found.isActive === wanted.isActive &&
  JSON.stringify((found.groups ?? []).toSorted()) === JSON.stringify(wanted.groups);

/** All pages of a list. */
async function listed<T>(
  ask: (page: number) => Promise<{ readonly results: T[]; readonly pagination: { readonly next: number } }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page > 0; ) {
    const { results, pagination } = await ask(page);
    all.push(...results);
    page = pagination.next;
  }
  return all;
}
