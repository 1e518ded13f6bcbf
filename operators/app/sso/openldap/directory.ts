import { effectiveSettings } from '@hearth/domain';
import { Stalled, Waiting } from '@hearth/runtime';
import type { Client, Entry } from 'ldapts';
import { adminCredentials, dial, endpointOf } from '../../provider.ts';
import { type Doing, refused, unanswered } from '../explain.ts';
import type { OpenProvider } from '../provider.ts';
import { type Tree, treeOf } from './tree.ts';

/** How long a directory may take to answer, in milliseconds. */
const patience = 10_000;

/** LDAP's result codes (RFC 4511, appendix A) that say something to go on from. */
const codes = {
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccess: 50,
  alreadyExists: 68,
} as const;

/** The connections of one pass to a directory. */
export interface Directory {
  tree(): Promise<Tree>;
  /** The entry of that name; undefined where there is none. */
  read(what: string, dn: string, attributes: readonly string[]): Promise<Entry | undefined>;
  /** Makes an entry; says whether there was none. */
  add(what: string, dn: string, attributes: Record<string, string[]>): Promise<boolean>;
  replace(what: string, dn: string, attributes: Record<string, string[]>): Promise<void>;
  /** One that is gone already is no error. */
  remove(what: string, dn: string): Promise<void>;
  /** Whether somebody is let in with a password. */
  letsIn(what: string, dn: string, password: string): Promise<boolean>;
  /** Never fails. */
  close(): Promise<void>;
}

/** Leads to a provider's directory. The address is asked for anew for each connection: a port-forward moves. */
export function directoryOf(
  provider: Parameters<OpenProvider>[0],
  { read, reach, signal, requireLead }: Parameters<OpenProvider>[1],
): Directory {
  const name = `App ${provider.ref.namespace}/${provider.ref.name}`;
  let kept: Promise<{ readonly client: Client; readonly tree: Tree }> | undefined;

  const connect = async (): Promise<Client> => {
    const { Client } = await import('ldapts');
    const endpoint = endpointOf(provider);
    const { host, port } = await dial(endpoint, reach);
    const url = `${schemeOf(endpoint.port)}://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Client({ url, timeout: patience, connectTimeout: patience });
  };

  /** Does `work`; what fails is told in words, but for the end of the process, which is nobody's fault. */
  const explained = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw explain(error, { provider: name, what });
    }
  };

  const logIn = async () => {
    const client = await connect();
    const { username, password } = await adminCredentials(provider, read);
    const tree = treeOf(baseSetting(provider) ?? (await findBase(client, name)));
    await client.bind(username.includes('=') ? username : `cn=${username},${tree.baseDN}`, password);
    return { client, tree };
  };
  const asAdmin = () => {
    kept ??= logIn();
    return kept;
  };
  const change = async (what: string, work: (client: Client) => Promise<void>) =>
    explained(what, async () => {
      const { client } = await asAdmin();
      // Whoever leads now works on the same entries.
      requireLead();
      await work(client);
    });

  return {
    tree: () => explained('logging in', async () => (await asAdmin()).tree),

    read: (what, dn, attributes) =>
      explained(what, async () => {
        const { client } = await asAdmin();
        try {
          const found = await client.search(dn, { scope: 'base', attributes: [...attributes] });
          return found.searchEntries[0];
        } catch (error) {
          if (codeOf(error) === codes.noSuchObject) return undefined;
          throw error;
        }
      }),

    async add(what, dn, attributes) {
      let isNew = true;
      await change(what, async (client) => {
        await client.add(dn, attributes).catch((error: unknown) => {
          if (codeOf(error) !== codes.alreadyExists) throw error;
          isNew = false;
        });
      });
      return isNew;
    },

    replace: (what, dn, attributes) =>
      change(what, async (client) => {
        const { Attribute, Change } = await import('ldapts');
        const changes = Object.entries(attributes).map(
          ([type, values]) =>
            new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
        );
        await client.modify(dn, changes);
      }),

    remove: (what, dn) =>
      change(what, (client) =>
        client.del(dn).catch((error: unknown) => {
          if (codeOf(error) !== codes.noSuchObject) throw error;
        }),
      ),

    letsIn: (what, dn, password) =>
      explained(what, async () => {
        const client = await connect();
        try {
          await client.bind(dn, password);
          return true;
        } catch (error) {
          if (codeOf(error) === codes.invalidCredentials) return false;
          throw error;
        } finally {
          await client.unbind().catch(() => undefined);
        }
      }),

    async close() {
      const session = await kept?.catch(() => undefined);
      await session?.client.unbind().catch(() => undefined);
    },
  };
}

/** How a directory's URL begins: LDAP over TLS has a port of its own. */
export const schemeOf = (port: number): 'ldap' | 'ldaps' => (port === 636 ? 'ldaps' : 'ldap');

function baseSetting({ app, definition }: Parameters<OpenProvider>[0]): string | undefined {
  const { baseDN } = effectiveSettings(app, definition);
  return typeof baseDN === 'string' && baseDN !== '' ? baseDN : undefined;
}

/** The base that a directory says it has (RFC 4512, section 5.1). */
async function findBase(client: Client, name: string): Promise<string> {
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['namingContexts'] });
  const [base] = valuesOf(searchEntries[0], 'namingContexts');
  if (base !== undefined) return base;
  throw new Stalled(
    'NoBase',
    `${name} doesn’t say its base: set its setting baseDN, or let everybody read the root DSE.`,
  );
}

/** The values of an entry's attribute, as text. */
export function valuesOf(entry: Entry | undefined, attribute: string): string[] {
  const value = entry?.[attribute] ?? [];
  return (Array.isArray(value) ? value : [value]).map((each) => each.toString());
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Of an error only its name and code go on: its message may quote what was sent. */
function explain(error: unknown, doing: Doing): unknown {
  if (error instanceof Waiting || error instanceof Stalled) return error;
  const code = codeOf(error);
  if (typeof code === 'string') return unanswered(doing, `says ${code}`);
  if (code === codes.invalidCredentials || code === codes.insufficientAccess)
    return refused(doing, 403, `code ${code}`);
  if (typeof code === 'number') return refused(doing, isPassing(code) ? 503 : 400, `code ${code}`);
  const text = error instanceof Error ? error.message : '';
  return /timed? ?out|closed|connection/i.test(text) ? unanswered(doing, 'broke off') : error;
}

/** busy, unavailable, and the limits of time and administration pass. */
const isPassing = (code: number): boolean => [3, 11, 51, 52].includes(code);
