import { Connection } from '@hearth/domain';
import { keyText, type Read, Stalled, Waiting } from '@hearth/runtime';
import { connectionsByProvider } from '../../indexes.ts';
import { endpointOf, type Provider } from '../../provider.ts';
import { describe } from '../explain.ts';
import { readMark, standingOf, writeMark } from '../mark.ts';
import type { Adapter, Claim, Observation, OpenProvider } from '../provider.ts';
import { type Connections, connectionsTo, schemeOf } from './connections.ts';
import { addEntry, letsIn, readEntry, removeEntry, replaceIn, valuesOf } from './directory.ts';
import { hashed } from './password.ts';
import { filterOf, isSameName, scopeOf, type Tree } from './tree.ts';

/**
 * OpenLDAP: an account for each client, `cn=ID,ou=clients,BASE`, with which its app looks people up. `seeAlso` says
 * what it may see; the directory's access rules hold it to that (`openldap/access.conf`). Two passwords at a time are two
 * values of `userPassword`. The mark is in `description`.
 */
export const openldap: Adapter = {
  open: openDirectory,
  overlap: 'secrets',
  // The rules of a directory of somebody else's are theirs.
  enforcesGroups: ({ app }) => app.spec.external === undefined,
  requirePeople,
};

/** What a directory is to whoever keeps people in it. */
const keepersRole = 'directory';

/** Hearth's identity keeps people and their app passwords in a directory of the home. One of somebody else has its own. */
function requirePeople({ app, ref }: Provider<'SSOClient'>, read: Read): void {
  if (app.spec.external !== undefined) return;
  const connections = read.list(Connection, { index: [connectionsByProvider.name, keyText(ref)] });
  const isKept = connections.some(
    ({ spec, status }) => spec.role === keepersRole && status?.bindingHash !== undefined,
  );
  if (isKept) return;
  const message =
    `Nobody keeps people in App ${keyText(ref)} yet, so nobody could sign in by LDAP. Hearth’s own identity does: ` +
    'install an App of definition identity in the same namespace. Other identity providers can’t.';
  throw new Waiting('NobodyKeepsPeople', message);
}

const attributes = ['description', 'seeAlso', 'userPassword'];

function openDirectory(...[provider, context]: Parameters<OpenProvider>): ReturnType<OpenProvider> {
  const connections = connectionsTo(provider, context);
  const treeFor = async (what: string): Promise<Tree> =>
    connections.explained(what, async () => (await connections.admin()).tree);
  return {
    async observe(claim, secrets) {
      return observe(connections, await treeFor(`looking for account "${claim.id}"`), claim, secrets);
    },

    async carryOut(step, claim) {
      const what = describe(step.do, claim.id);
      const tree = await treeFor(what);
      const dn = tree.clientDN(claim.id);
      if (step.do === 'remove') return removeEntry(connections, what, dn);
      if (step.do === 'make') await make(connections, what, tree, claim, step.secrets);
      else await replaceIn(connections, what, dn, changeable(tree, claim, step.secrets));
      await requireLetIn(connections, dn, step.secrets, `App ${keyText(provider.ref)}`);
    },

    async bindingOf({ id, groups }, password) {
      if (password === undefined) throw new Error(`client ${id} has no password`);
      const tree = await treeFor('asking for its base');
      const { host, port } = endpointOf(provider);
      return {
        host,
        port: `${port}`,
        uri: `${schemeOf(port)}://${host}:${port}`,
        baseDN: tree.baseDN,
        peopleDN: tree.peopleDN,
        groupsDN: tree.groupsDN,
        bindDN: tree.clientDN(id),
        password,
        filter: filterOf(groups, tree, openldap.enforcesGroups(provider)),
      };
    },

    close: connections.close,
  };
}

async function observe(
  connections: Connections,
  tree: Tree,
  claim: Claim,
  secrets: readonly string[],
): Promise<Observation> {
  const dn = tree.clientDN(claim.id);
  const entry = await readEntry(connections, `looking for ${dn}`, dn, attributes);
  if (entry === undefined) return { standing: { is: 'absent' }, drift: [], secrets: 'wrong' };
  const [mark] = valuesOf(entry, 'description').flatMap((text) => readMark(text) ?? []);
  const standing = standingOf(mark, claim.mark);
  const stored = valuesOf(entry, 'userPassword');
  const isRight = standing.is === 'ours' && (await takes(connections, dn, stored, secrets));
  return {
    standing,
    drift: isScoped(valuesOf(entry, 'seeAlso'), claim, tree) ? [] : ['what it may see'],
    secrets: isRight ? 'right' : 'wrong',
  };
}

function isScoped(seen: readonly string[], { groups }: Claim, tree: Tree): boolean {
  const scope = scopeOf(groups, tree);
  return (
    scope.length === seen.length && scope.every((one) => seen.some((another) => isSameName(one, another)))
  );
}

/** Whether an account takes these passwords, and has no others. */
async function takes(
  connections: Connections,
  dn: string,
  stored: readonly string[],
  secrets: readonly string[],
): Promise<boolean> {
  if (stored.length !== secrets.length) return false;
  for (const secret of secrets) {
    if (!(await letsIn(connections, `logging in as ${dn}`, dn, secret))) return false;
  }
  return true;
}

const changeable = (
  tree: Tree,
  { groups, mark }: Claim,
  secrets: readonly string[],
): Record<string, string[]> => ({
  description: [writeMark(mark)],
  seeAlso: [...scopeOf(groups, tree)],
  userPassword: secrets.map((secret) => hashed(secret)),
});

async function make(
  connections: Connections,
  what: string,
  tree: Tree,
  claim: Claim,
  secrets: readonly string[],
): Promise<void> {
  const dn = tree.clientDN(claim.id);
  await addEntry(connections, what, tree.clientsDN, { objectClass: ['organizationalUnit'], ou: ['clients'] });
  const isNew = await addEntry(connections, what, dn, {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    cn: [claim.id],
    ...changeable(tree, claim, secrets),
  });
  if (!isNew) throw new Waiting('Raced', `Somebody made ${dn} in the meantime.`);
}

/** slapd takes any text as a hash, and where it doesn't know its kind lets nobody in by it. */
async function requireLetIn(
  connections: Connections,
  dn: string,
  secrets: readonly string[],
  provider: string,
): Promise<void> {
  const [newest] = secrets;
  if (newest === undefined || (await letsIn(connections, `logging in as ${dn}`, dn, newest))) return;
  throw new Stalled(
    'HashUnknown',
    `${provider} does not let ${dn} in with the password that it was given: load slapd’s module pw-sha2, which knows {SSHA512}.`,
    { after: 300_000 },
  );
}
