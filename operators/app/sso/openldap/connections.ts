import { effectiveSettings } from '@hearth/domain';
import { type Address, Stalled, Waiting } from '@hearth/runtime';
import type { Client } from 'ldapts';
import { adminCredentials, dial, endpointOf } from '../../provider.ts';
import { type Doing, refused, unanswered } from '../explain.ts';
import type { OpenProvider } from '../provider.ts';
import { type Tree, treeOf } from './tree.ts';

/** How long a directory may take to answer, in milliseconds. */
const patience = 10_000;

/** LDAP's result codes (RFC 4511, appendix A) that say something to go on from. */
export const codes = {
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccess: 50,
  alreadyExists: 68,
} as const;

/** A connection as the admin, and where things are. */
interface AdminSession {
  readonly client: Client;
  readonly tree: Tree;
}

/** The connections of one pass. */
export interface Connections {
  /** The admin's: opened when it is first asked for, and kept. */
  admin(): Promise<AdminSession>;
  /** One that nobody is logged in on. */
  anonymous(): Promise<Client>;
  /** Does `work`; what fails is told in words, but for the end of the process, which is nobody's fault. */
  explained<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Throws where another process leads: whoever leads now works on the same entries. */
  requireLead(): void;
  /** Never fails. */
  close(): Promise<void>;
}

/** Leads to a provider's directory. The address is asked for anew for each connection: a port-forward moves. */
export function connectionsTo(
  provider: Parameters<OpenProvider>[0],
  { read, reach, signal, requireLead }: Parameters<OpenProvider>[1],
): Connections {
  const name = `App ${provider.ref.namespace}/${provider.ref.name}`;
  let kept: Promise<AdminSession> | undefined;
  const anonymous = async (): Promise<Client> => {
    const { Client } = await import('ldapts');
    const endpoint = endpointOf(provider);
    const url = urlOf(schemeOf(endpoint.port), await dial(endpoint, reach));
    return new Client({ url, timeout: patience, connectTimeout: patience });
  };
  const logIn = async (): Promise<AdminSession> => {
    const client = await anonymous();
    const { username, password } = await adminCredentials(provider, read);
    const tree = treeOf(baseSetting(provider) ?? (await findBase(client, name)));
    await client.bind(username.includes('=') ? username : `cn=${username},${tree.baseDN}`, password);
    return { client, tree };
  };
  return {
    anonymous,
    requireLead,
    admin: () => {
      kept ??= logIn();
      return kept;
    },
    async explained(what, work) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        throw explain(error, { provider: name, what });
      }
    },
    async close() {
      const session = await kept?.catch(() => undefined);
      await session?.client.unbind().catch(() => undefined);
    },
  };
}

const urlOf = (scheme: string, { host, port }: Address): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** How a directory's URL begins: LDAP over TLS has a port of its own. */
export const schemeOf = (port: number): 'ldap' | 'ldaps' => (port === 636 ? 'ldaps' : 'ldap');

function baseSetting({ app, definition }: Parameters<OpenProvider>[0]): string | undefined {
  const { baseDN } = effectiveSettings(app, definition);
  return typeof baseDN === 'string' && baseDN !== '' ? baseDN : undefined;
}

/** The base that a directory says it has (RFC 4512, section 5.1). */
async function findBase(client: Client, name: string): Promise<string> {
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['namingContexts'] });
  const found = searchEntries[0]?.namingContexts;
  const base = Array.isArray(found) ? found[0] : found;
  if (base !== undefined) return base.toString();
  const message = `${name} doesn’t say its base: set its setting baseDN, or let everybody read the root DSE.`;
  throw new Stalled('NoBase', message);
}

/** The result code of a server's error, or Node's code of a connection's. */
export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Of an error only its code goes on: its message may quote what was sent. */
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
