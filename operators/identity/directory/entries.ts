import { mayBeHere } from '../clients/access.ts';
import type { Account, AppPassword } from '../store/records.ts';

/** Values by attribute; an attribute without values is not there. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** Entries of one kind, by the name that their DN begins with. */
export type Entries = ReadonlyMap<string, Attributes>;

/** What of a directory is identity's: people, and the groups that they are of. */
export interface Content {
  readonly people: Entries;
  readonly groups: Entries;
}

/** Where things are in a directory. Names are lower-case letters, digits and hyphens: nothing in a DN means more. */
export interface Tree {
  readonly baseDN: string;
  readonly peopleDN: string;
  readonly groupsDN: string;
  personDN(name: string): string;
  groupDN(name: string): string;
}

/** The layout below a base, as the accounts of apps are set up with it. */
export function treeOf(baseDN: string): Tree {
  const [peopleDN, groupsDN] = [`ou=people,${baseDN}`, `ou=groups,${baseDN}`];
  return {
    baseDN,
    peopleDN,
    groupsDN,
    personDN: (name) => `uid=${name},${peopleDN}`,
    groupDN: (name) => `cn=${name},${groupsDN}`,
  };
}

/**
 * What a directory is to hold. Who was removed is not in it. Who is disabled stays, since apps know people by their
 * entries, but with no password that lets them in, and of no group.
 */
export function wantedContent(
  accounts: readonly Account[],
  passwords: readonly AppPassword[],
  tree: Tree,
  mark: string,
): Content {
  const known = accounts.filter(({ removed }) => removed === undefined);
  const groups = new Map<string, string[]>();
  for (const { name, groups: of } of known.filter(mayBeHere)) {
    for (const group of of) groups.set(group, [...(groups.get(group) ?? []), tree.personDN(name)]);
  }
  return {
    people: new Map(
      known.map((account) => [
        account.name,
        personAttributes(
          account,
          mayBeHere(account) ? passwords.filter(({ sub }) => sub === account.sub) : [],
          mark,
        ),
      ]),
    ),
    groups: new Map(
      [...groups].map(([name, member]) => [
        name,
        { objectClass: ['groupOfNames'], cn: [name], member, description: [mark] },
      ]),
    ),
  };
}

/** A person as inetOrgPerson (RFC 2798). */
function personAttributes(account: Account, passwords: readonly AppPassword[], mark: string): Attributes {
  const { name, displayName, email } = account;
  const words = displayName.split(/\s+/).filter(Boolean);
  return {
    objectClass: ['inetOrgPerson'],
    uid: [name],
    cn: [words.join(' ') || name],
    displayName: [words.join(' ') || name],
    givenName: words.length > 1 ? [words.slice(0, -1).join(' ')] : [],
    sn: [words.at(-1) ?? name],
    mail: email === undefined ? [] : [email],
    userPassword: passwords.map(({ hash }) => hash),
    description: [mark],
  };
}
