/** Where things are in a directory. */
export interface Tree {
  readonly baseDN: string;
  readonly peopleDN: string;
  readonly groupsDN: string;
  /** The accounts with which apps look people up. */
  readonly clientsDN: string;
  clientDN(id: string): string;
  groupDN(name: string): string;
}

/** The layout below a base. Names are letters, digits, hyphens and underscores: nothing in a DN means more. */
export function treeOf(baseDN: string): Tree {
  const [peopleDN, groupsDN, clientsDN] = ['people', 'groups', 'clients'].map(
    (ou) => `ou=${ou},${baseDN}`,
  ) as [string, string, string];
  return {
    baseDN,
    peopleDN,
    groupsDN,
    clientsDN,
    clientDN: (id) => `cn=${id},${clientsDN}`,
    groupDN: (name) => `cn=${name},${groupsDN}`,
  };
}

/**
 * What a client's account may see, as its `seeAlso` names it and the directory's access rules read it: the groups that
 * may enter, and who is of them; or all groups and people.
 */
export const scopeOf = (groups: readonly string[], tree: Tree): readonly string[] =>
  groups.length === 0 ? [tree.groupsDN, tree.peopleDN] : groups.map(tree.groupDN);

/** The filter by which an app finds people (RFC 4515). Who is of no group is beyond what its account may see. */
export const filterOf = (groups: readonly string[], tree: Tree, isScoped: boolean): string => {
  const person = '(objectClass=inetOrgPerson)';
  if (isScoped || groups.length === 0) return person;
  return `(&${person}(|${groups.map((name) => `(memberOf=${tree.groupDN(name)})`).join('')}))`;
};

/** Whether two names are the same: case and spaces around commas mean nothing (RFC 4514). */
export const isSameName = (a: string, b: string): boolean => normalised(a) === normalised(b);

const normalised = (dn: string): string => dn.toLowerCase().replaceAll(/\s*([,=+])\s*/g, '$1');
