import { Stalled } from '@hearth/runtime';
import { adminCredentials, dial, endpointOf } from '../../provider.ts';
import type { Claim, DatabaseProvider, Observation, OpenProvider } from '../provider.ts';
import { codeOf, explain } from './errors.ts';
import {
  type InsideView,
  type OutsideView,
  observationOf,
  observeInside,
  observeOutside,
} from './observe.ts';
import { type Login, type OpenSession, openSession, type Session } from './session.ts';
import { carryOutInside, carryOutOutside, describe, isInside } from './steps.ts';

/** The database that every server has, and from which others are made and dropped. */
const maintenance = 'postgres';

/** What a server answers to a login with a wrong password. */
const wrongPassword = '28P01';

/** The PostgreSQL adapter. Tests pass an `open` of their own, to break connections. */
export function postgresql(open: OpenSession = openSession): OpenProvider {
  return (provider, { read, reach, signal }): DatabaseProvider => {
    const server = `App ${provider.ref.namespace}/${provider.ref.name}`;
    let outside: Promise<Session> | undefined;

    const connect = async (login: Omit<Login, 'host' | 'port'>): Promise<Session> => {
      const { host, port } = await dial(endpointOf(provider), reach);
      return open({ host, port, ...login }, signal);
    };
    const connectAdmin = async (database: string): Promise<Session> =>
      connect({ ...(await adminCredentials(provider, read)), database });
    const admin = () => {
      outside ??= connectAdmin(maintenance);
      return outside;
    };
    /** Does `work` in the claim's own database. */
    const within = async <T>(claim: Claim, work: (session: Session) => Promise<T>): Promise<T> => {
      const session = await connectAdmin(claim.name);
      try {
        return await work(session);
      } finally {
        await session.close();
      }
    };
    const explained = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        throw explain(error, server, doing);
      }
    };
    const login = async (claim: Claim, password: string): Promise<Observation['password']> => {
      try {
        const session = await connect({ database: claim.name, username: claim.name, password });
        await session.close();
        return 'works';
      } catch (error) {
        if (codeOf(error) === wrongPassword) return 'refused';
        if (codeOf(error) !== '28000') throw error;
        throw new Stalled(
          'RoleRefused',
          `${server} doesn’t let role "${claim.name}" log in: add "host ${claim.name} ${claim.name} all scram-sha-256" to its pg_hba.conf.`,
          { after: 300_000 },
        );
      }
    };

    const tryPassword = async (
      view: OutsideView,
      claim: Claim,
      password: string | undefined,
    ): Promise<Observation['password']> => {
      if (password === undefined) return 'unasked';
      return canTry(view) ? login(claim, password) : 'untried';
    };

    return {
      observe: async (claim, password) => {
        const view = await explained('looking at what is there', async () =>
          observeOutside(await admin(), claim),
        );
        const inside = await explained<InsideView | undefined>(`looking into database "${claim.name}"`, () =>
          view.connectable ? within(claim, (session) => observeInside(session, claim)) : noView(),
        );
        const tried = await explained<Observation['password']>(`logging in as role "${claim.name}"`, () =>
          tryPassword(view, claim, password),
        );
        return observationOf(view, inside, tried, claim);
      },

      carryOut: (step, claim) =>
        explained(describe(step, claim), async () =>
          isInside(step)
            ? within(claim, (session) => carryOutInside(session, step, claim))
            : carryOutOutside(await admin(), step, claim),
        ),

      close: async () => {
        const session = await outside?.catch(() => undefined);
        await session?.close();
      },
    };
  };
}

const noView = async () => undefined;

/** A login says something about the password only where nothing else is in its way. */
function canTry({ role, connectable, roleFixes, databaseFixes }: OutsideView): boolean {
  return (
    role.is === 'ours' &&
    connectable &&
    !roleFixes.includes('LOGIN') &&
    !roleFixes.includes("VALID UNTIL 'infinity'") &&
    !databaseFixes.includes('owner')
  );
}
