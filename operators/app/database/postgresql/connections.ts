import { adminCredentials, dial, endpointOf, type Provider } from '../../provider.ts';
import type { Claim, OpenProvider } from '../provider.ts';
import type { Login, OpenSession, Session } from './session.ts';

/** The database that every server has, and from which others are made and dropped. */
const maintenance = 'postgres';

/** The connections of one pass. */
export interface Connections {
  /** The admin's, to the maintenance database: opened when it is first asked for, and kept. */
  admin(): Promise<Session>;
  /** Does `work` as the admin in the claim's own database. */
  within<T>(claim: Claim, work: (session: Session) => Promise<T>): Promise<T>;
  /** Logs in as the claim's role, and out again. Fails with what the server says. */
  logIn(claim: Claim, password: string): Promise<void>;
  /** Never fails. */
  close(): Promise<void>;
}

/** What a pass brings: whom to ask for the account and the address, and when to stop. */
type Around = Parameters<OpenProvider>[1];

/** Leads to a provider's server. */
export function connectionsTo(
  provider: Provider<'Database'>,
  around: Around,
  open: OpenSession,
): Connections {
  let kept: Promise<Session> | undefined;
  const asAdmin = async (database: string): Promise<Session> =>
    connect(provider, { ...(await adminCredentials(provider, around.read)), database }, around, open);
  return {
    admin: () => {
      kept ??= asAdmin(maintenance);
      return kept;
    },
    within: async (claim, work) => {
      const session = await asAdmin(claim.name);
      try {
        return await work(session);
      } finally {
        await session.close();
      }
    },
    logIn: async ({ name }, password) => {
      const session = await connect(provider, { database: name, username: name, password }, around, open);
      await session.close();
    },
    close: async () => {
      const session = await kept?.catch(() => undefined);
      await session?.close();
    },
  };
}

/** Opens a session. The address is asked for anew each time: a port-forward moves. */
async function connect(
  provider: Provider<'Database'>,
  account: Pick<Login, 'database' | 'username' | 'password'>,
  { reach, signal, requireLead }: Around,
  open: OpenSession,
): Promise<Session> {
  const address = await dial(endpointOf(provider), reach);
  const { external } = provider.app.spec;
  const session = await open({ ...address, ...account, ...(external && { tlsName: external.host }) }, signal);
  return {
    ...session,
    query: async (text, values) => {
      // Whoever leads now works on the same role and database.
      requireLead();
      return session.query(text, values);
    },
  };
}
