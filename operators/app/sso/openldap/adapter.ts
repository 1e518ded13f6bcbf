import { Stalled, Waiting } from '@hearth/runtime';
import { endpointOf } from '../../provider.ts';
import { describe } from '../explain.ts';
import { readMark, standingOf, writeMark } from '../mark.ts';
import type { Adapter, Claim, Observation, OpenProvider } from '../provider.ts';
import { type Directory, directoryOf, schemeOf, valuesOf } from './directory.ts';
import { hashed } from './password.ts';
import { filterOf, isSameName, scopeOf } from './tree.ts';

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
};

const attributes = ['objectClass', 'description', 'seeAlso', 'userPassword'];

function openDirectory(...[provider, context]: Parameters<OpenProvider>): ReturnType<OpenProvider> {
  const directory = directoryOf(provider, context);
  return {
    observe: (claim, secrets) => observe(directory, claim, secrets),

    async carryOut(step, claim) {
      const what = describe(step.do, claim.id);
      const dn = (await directory.tree()).clientDN(claim.id);
      if (step.do === 'remove') return directory.remove(what, dn);
      if (step.do === 'make') await make(directory, what, claim, step.secrets);
      else await directory.replace(what, dn, await changeable(directory, claim, step.secrets));
      await requireLetIn(directory, dn, step.secrets, `App ${provider.ref.namespace}/${provider.ref.name}`);
    },

    async bindingOf({ id, groups }, password) {
      if (password === undefined) throw new Error(`client ${id} has no password`);
      const tree = await directory.tree();
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

    close: directory.close,
  };
}

async function observe(directory: Directory, claim: Claim, secrets: readonly string[]): Promise<Observation> {
  const tree = await directory.tree();
  const dn = tree.clientDN(claim.id);
  const entry = await directory.read(`looking for account ${dn}`, dn, attributes);
  if (entry === undefined) return { standing: { is: 'absent' }, drift: [], secrets: 'wrong' };
  const standing = standingOf(
    valuesOf(entry, 'description').flatMap((text) => readMark(text) ?? [])[0],
    claim.mark,
  );
  const scope = scopeOf(claim.groups, tree);
  const seen = valuesOf(entry, 'seeAlso');
  const isScoped =
    scope.length === seen.length && scope.every((one) => seen.some((other) => isSameName(one, other)));
  const isRight =
    standing.is === 'ours' && (await takes(directory, dn, valuesOf(entry, 'userPassword'), secrets));
  return {
    standing,
    drift: isScoped ? [] : ['what it may see'],
    secrets: isRight ? 'right' : 'wrong',
  };
}

/** Whether an account takes these passwords, and has no others. */
async function takes(
  directory: Directory,
  dn: string,
  stored: readonly string[],
  secrets: readonly string[],
): Promise<boolean> {
  if (stored.length !== secrets.length) return false;
  for (const secret of secrets) {
    if (!(await directory.letsIn(`logging in as ${dn}`, dn, secret))) return false;
  }
  return true;
}

async function changeable(
  directory: Directory,
  { groups, mark }: Claim,
  secrets: readonly string[],
): Promise<Record<string, string[]>> {
  return {
    description: [writeMark(mark)],
    seeAlso: [...scopeOf(groups, await directory.tree())],
    userPassword: secrets.map((secret) => hashed(secret)),
  };
}

async function make(
  directory: Directory,
  what: string,
  claim: Claim,
  secrets: readonly string[],
): Promise<void> {
  const { clientsDN, clientDN } = await directory.tree();
  await directory.add(what, clientsDN, { objectClass: ['organizationalUnit'], ou: ['clients'] });
  const isNew = await directory.add(what, clientDN(claim.id), {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    cn: [claim.id],
    ...(await changeable(directory, claim, secrets)),
  });
  if (!isNew) throw new Waiting('Raced', `Somebody made ${clientDN(claim.id)} in the meantime.`);
}

/** slapd takes any text as a hash, and where it doesn't know its kind lets nobody in by it. */
async function requireLetIn(
  directory: Directory,
  dn: string,
  secrets: readonly string[],
  provider: string,
): Promise<void> {
  const [newest] = secrets;
  if (newest === undefined || (await directory.letsIn(`logging in as ${dn}`, dn, newest))) return;
  throw new Stalled(
    'HashUnknown',
    `${provider} does not let ${dn} in with the password that it was given: load slapd’s module pw-sha2, which knows {SSHA512}.`,
    { after: 300_000 },
  );
}
