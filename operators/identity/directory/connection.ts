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

/** Asks by a client of ldapts, as whoever has logged in by it. */
interface Session {
  readonly ldapts: typeof import('ldapts');
  readonly client: Client;
  /** Does something; what fails is told without what was sent. */
  ask<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Connects, finds the base and logs in; the signal ends the connection, whatever it is waiting for. Errors never quote
 * what was sent: it may be a password.
 */
export async function connectDirectory(
  { url, password }: DirectoryAddress,
  signal: AbortSignal,
): Promise<Connection> {
  // Loaded where there is a directory: most homes have none.
  const ldapts = await import('ldapts');
  const client = new ldapts.Client({ url, timeout: PATIENCE, connectTimeout: PATIENCE });
  const close = async () => {
    signal.removeEventListener('abort', close);
    await client.unbind().catch(() => undefined);
  };
  signal.addEventListener('abort', close);
  try {
    const tree = treeOf(await explained('to find the base', () => findBase(client)));
    await explained('to log in', () => client.bind(`cn=admin,${tree.baseDN}`, password));
    return { tree, close, ...operations({ ldapts, client, ask }, tree) };
  } catch (error) {
    await close();
    throw error;
  }

  async function ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    // The client would connect again by itself, as nobody.
    if (!client.isConnected) throw new Error(`${what}: the connection was lost`);
    return explained(what, work);
  }
}

const operations = (session: Session, tree: Tree): Pick<Connection, 'read' | 'carryOut'> => ({
  read: async () => ({
    people: await list(session, tree.peopleDN, 'uid', ATTRIBUTES.people),
    groups: await list(session, tree.groupsDN, 'cn', ATTRIBUTES.groups),
  }),
  carryOut: (step) => carryOut(session, step),
});

const carryOut = ({ ldapts, client, ask }: Session, step: Step): Promise<void> =>
  ask(`to ${step.do} ${step.dn}`, async () => {
    if (step.do === 'remove') return client.del(step.dn);
    const attributes = Object.entries(step.attributes).map(
      ([type, values]) => new ldapts.Attribute({ type, values: [...values] }),
    );
    if (step.do === 'add') return client.add(step.dn, attributes);
    const changes = attributes.map(
      (modification) => new ldapts.Change({ operation: 'replace', modification }),
    );
    return client.modify(step.dn, changes);
  });

async function list(
  session: Session,
  dn: string,
  name: string,
  attributes: readonly string[],
): Promise<Entries> {
  try {
    const { searchEntries } = await session.ask(`to read ${dn}`, () =>
      session.client.search(dn, { scope: 'one', attributes: [...attributes] }),
    );
    return entriesOf(searchEntries, name, attributes);
  } catch (error) {
    if (!isRefusal(error, NO_SUCH_OBJECT)) throw error;
    await makePlace(session, dn);
    return new Map();
  }
}

async function makePlace(session: Session, dn: string): Promise<void> {
  const ou = dn.slice('ou='.length, dn.indexOf(','));
  const attributes = { objectClass: ['organizationalUnit'], ou: [ou] };
  await carryOut(session, { do: 'add', dn, attributes }).catch((error: unknown) => {
    if (!isRefusal(error, ALREADY_EXISTS)) throw error;
  });
}

const isRefusal = (error: unknown, code: number): boolean => error instanceof Refused && error.code === code;

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
