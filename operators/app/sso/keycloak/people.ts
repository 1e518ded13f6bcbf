import type { AccountsRequest } from '@hearth/domain';
import type GroupRepresentation from '@keycloak/keycloak-admin-client/lib/defs/groupRepresentation.js';
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import type { People } from '../provider.ts';
import { ensureProfile, homeAttribute } from './realm.ts';
import { type Admin, statusOf } from './session.ts';

type Account = AccountsRequest['users'][number];

/** More than a home has. */
const all = 100_000;

/**
 * Makes a realm's people and groups as the home's are, without credentials: these a person sets with Keycloak. Those who
 * are no longer among them are locked out and signed out, and kept with their credentials, in case they come back.
 * Whoever and whatever is not marked as the home's is left alone.
 */
export async function syncPeople(
  admin: Admin,
  realm: string,
  { users }: AccountsRequest,
  home: string,
): Promise<People> {
  await ensureProfile(admin, realm, home);
  const there = await admin.users.find({ max: all, briefRepresentation: false });
  const byName = new Map(there.map((user) => [user.username ?? '', user]));
  const refused = new Map<string, string>();
  const ids = new Map<string, string>();
  const wanted = new Set(users.map(({ name }) => name));
  // First of all: who must not come in any more.
  for (const user of there) {
    if (isOurs(user, home) && !wanted.has(user.username ?? '')) await lockOut(admin, user);
  }
  for (const account of users) {
    const found = byName.get(account.name);
    if (found !== undefined && !isOurs(found, home)) refused.set(account.name, taken('user', account.name));
    else await keepUser(admin, account, found, home, { ids, refused });
  }
  await keepGroups(admin, users, ids, home, refused);
  return { seen: new Map(), refused };
}

const taken = (what: string, name: string): string =>
  `Keycloak has a ${what} "${name}" that was not made for this home; it is left alone.`;

/** Whether a person or group is the home's. */
const isOurs = ({ attributes }: UserRepresentation | GroupRepresentation, home: string): boolean =>
  [attributes?.[homeAttribute]].flat().includes(home);

async function lockOut(admin: Admin, { id = '', enabled, ...user }: UserRepresentation): Promise<void> {
  if (enabled !== false) await admin.users.update({ id }, { ...user, enabled: false });
  await signOut(admin, id);
}

/** Ends the sessions of somebody who can't begin another: also those that a pass which was cut off has left. */
async function signOut(admin: Admin, id: string): Promise<void> {
  const sessions = await admin.users.listSessions({ id });
  if (sessions.length > 0) await admin.users.logout({ id });
}

async function keepUser(
  admin: Admin,
  account: Account,
  found: UserRepresentation | undefined,
  home: string,
  { ids, refused }: { readonly ids: Map<string, string>; readonly refused: Map<string, string> },
): Promise<void> {
  const { name, disabled } = account;
  const wanted = userOf(account, home);
  const isTaken = await meetsTaken(async () => {
    ids.set(name, found?.id ?? (await admin.users.create(wanted)).id);
    if (found !== undefined) await change(admin, found, wanted);
  });
  if (isTaken) refused.set(name, addressTaken(name, found));
  if (found === undefined) return;
  // All else is as it is wanted, above all whether they may come in.
  if (isTaken) await change(admin, found, { ...wanted, ...addressOf(found) });
  if (disabled) await signOut(admin, found.id ?? '');
}

/** Whether Keycloak refuses what is done because another person has the same address: it takes each once. */
async function meetsTaken(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (statusOf(error) === 409) return true;
    throw error;
  }
}

const addressTaken = (name: string, found: UserRepresentation | undefined): string =>
  found === undefined
    ? `Keycloak refuses ${name}: another person there has the same address.`
    : `Keycloak keeps the old address of ${name}: another person there has the new one.`;

async function change(admin: Admin, found: UserRepresentation, wanted: UserRepresentation): Promise<void> {
  if (isAs(found, wanted)) return;
  const attributes = { ...found.attributes, ...wanted.attributes };
  await admin.users.update({ id: found.id ?? '' }, { ...found, ...wanted, attributes });
}

const addressOf = ({ email = '', emailVerified = false }: UserRepresentation): UserRepresentation => ({
  email,
  emailVerified,
});

const userOf = ({ name, displayName, email, disabled }: Account, home: string): UserRepresentation => ({
  username: name,
  firstName: displayName,
  enabled: !disabled,
  attributes: { [homeAttribute]: [home] },
  email: email ?? '',
  // Who writes Users owns the home: the address is as good as they say.
  emailVerified: email !== undefined,
});

const isAs = (found: UserRepresentation, wanted: UserRepresentation): boolean =>
  found.firstName === wanted.firstName &&
  found.enabled === wanted.enabled &&
  (found.email ?? '') === wanted.email;

/** Makes the home's groups, and sets who is in them. */
async function keepGroups(
  admin: Admin,
  users: readonly Account[],
  ids: ReadonlyMap<string, string>,
  home: string,
  refused: Map<string, string>,
): Promise<void> {
  const there = await admin.groups.find({ max: all, briefRepresentation: false });
  const names = new Set(users.flatMap(({ groups }) => groups));
  for (const name of names) {
    const found = there.find((group) => group.name === name);
    const members = users.filter(({ groups }) => groups.includes(name));
    if (found !== undefined && !isOurs(found, home)) {
      for (const member of members) refused.set(member.name, taken('group', name));
      continue;
    }
    const id = found?.id ?? (await admin.groups.create({ name, attributes: { [homeAttribute]: [home] } })).id;
    await keepMembers(admin, id, new Set(members.flatMap((member) => ids.get(member.name) ?? [])));
  }
  for (const group of there) {
    if (isOurs(group, home) && !names.has(group.name ?? ''))
      await keepMembers(admin, group.id ?? '', new Set());
  }
}

async function keepMembers(admin: Admin, groupId: string, wanted: ReadonlySet<string>): Promise<void> {
  const members = await admin.groups.listMembers({ id: groupId, max: all });
  const there = new Set(members.map(({ id = '' }) => id));
  for (const id of wanted) if (!there.has(id)) await admin.users.addToGroup({ id, groupId });
  for (const id of there) if (!wanted.has(id)) await admin.users.delFromGroup({ id, groupId });
}
