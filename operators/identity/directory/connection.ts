import type { Client, Entry } from 'ldapts';
import type { Step } from './difference.ts';
import { type Content, type Entries, type Tree, treeOf } from './entries.ts';

/** A directory, and how to be its administrator. */
export interface DirectoryAddress {
  /** `ldap://HOST:PORT`, or `ldaps://`. */
  readonly url: string;
  /** Of `cn=admin` below the base. */
  readonly password: string;
}

/** A connection to a directory, as its administrator. */
export interface Connection {
  readonly tree: Tree;
  /** All people and groups that it holds. Makes the places for them where they are missing. */
  read(): Promise<Content>;
  /** @throws Refused where the directory does not do it; anything else where it can’t be asked. */
  carryOut(step: Step): Promise<void>;
  /** Never fails. */
  close(): Promise<void>;
}

/** A directory says no, by a result code of LDAP (RFC 4511, appendix A). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what} was refused with code ${code}`);
    this.code = code;
  }
}

/** How long a directory may take to answer, in milliseconds. */
const PATIENCE = 10_000;
const NO_SUCH_OBJECT = 32;
const ALREADY_EXISTS = 68;

const ATTRIBUTES = {
  people: ['uid', 'cn', 'displayName', 'givenName', 'sn', 'mail', 'userPassword', 'description'],
  groups: ['cn', 'member', 'description'],
};

/**
 * Connects, finds the base and logs in; the signal ends the connection, whatever it is waiting for. Errors never quote
 * what was sent: it may be a password.
 */
export async function connectDirectory(
  { url, password }: DirectoryAddress,
  signal: AbortSignal,
): Promise<Connection> {
  // Loaded where there is a directory: most homes have none.
  const { Attribute, Change, Client } = await import('ldapts');
  const client = new Client({ url, timeout: PATIENCE, connectTimeout: PATIENCE });
  const ask = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    // The client would connect again by itself, as nobody.
    if (!client.isConnected) throw new Error(`${what}: the connection was lost`);
    return explained(what, work);
  };
  const close = async () => {
    signal.removeEventListener('abort', close);
    await client.unbind().catch(() => undefined);
  };
  signal.addEventListener('abort', close);

  async function carryOut(step: Step): Promise<void> {
    const { dn } = step;
    await ask(`to ${step.do} ${dn}`, async () => {
      if (step.do === 'remove') return client.del(dn);
      const attributes = Object.entries(step.attributes).map(
        ([type, values]) => new Attribute({ type, values: [...values] }),
      );
      if (step.do === 'add') return client.add(dn, attributes);
      const changes = attributes.map((modification) => new Change({ operation: 'replace', modification }));
      return client.modify(dn, changes);
    });
  }

  async function list(dn: string, name: string, attributes: readonly string[]): Promise<Entries> {
    const found = await ask(`to read ${dn}`, () =>
      client.search(dn, { scope: 'one', attributes: [...attributes] }),
    ).catch(async (error: unknown) => {
      if (!(error instanceof Refused) || error.code !== NO_SUCH_OBJECT) throw error;
      await makePlace(dn);
      return { searchEntries: [] };
    });
    return entriesOf(found.searchEntries, name, attributes);
  }

  async function makePlace(dn: string): Promise<void> {
    const ou = dn.slice('ou='.length, dn.indexOf(','));
    const attributes = { objectClass: ['organizationalUnit'], ou: [ou] };
    await carryOut({ do: 'add', dn, attributes }).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.code !== ALREADY_EXISTS) throw error;
    });
  }

  try {
    const tree = treeOf(await explained('to find the base', () => findBase(client)));
    await ask('to log in', () => client.bind(`cn=admin,${tree.baseDN}`, password));
    return {
      tree,
      read: async () => ({
        people: await list(tree.peopleDN, 'uid', ATTRIBUTES.people),
        groups: await list(tree.groupsDN, 'cn', ATTRIBUTES.groups),
      }),
      carryOut,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The base that a directory says it has (RFC 4512, 5.1). */
async function findBase(client: Client): Promise<string> {
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['namingContexts'] });
  const [base] = valuesOf(searchEntries[0], 'namingContexts');
  if (base === undefined) throw new Error('the directory does not say its base');
  return base;
}

function entriesOf(found: readonly Entry[], name: string, attributes: readonly string[]): Entries {
  return new Map(
    found.map((entry) => [
      (valuesOf(entry, name)[0] ?? entry.dn).toLowerCase(),
      Object.fromEntries(attributes.map((attribute) => [attribute, valuesOf(entry, attribute)])),
    ]),
  );
}

const valuesOf = (entry: Entry | undefined, attribute: string): string[] =>
  [entry?.[attribute] ?? []].flat().map((value) => value.toString());

async function explained<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code === 'number') throw new Refused(what, code);
    throw new Error(`${what}: ${typeof code === 'string' ? code : 'no answer'}`);
  }
}
