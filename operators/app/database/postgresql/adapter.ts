import { Stalled } from '@hearth/runtime';
import type { Claim, Observation, OpenProvider } from '../provider.ts';
import { type Connections, connectionsTo } from './connections.ts';
import { codeOf, explain, recheck } from './errors.ts';
import { type OutsideView, observationOf, observeInside, observeOutside } from './observe.ts';
import { type OpenSession, openSession } from './session.ts';
import { carryOutInside, carryOutOutside, describe, isInside } from './steps.ts';

/** The PostgreSQL adapter. Tests pass an `open` of their own, to break connections. */
export function postgresql(open: OpenSession = openSession): OpenProvider {
  return (provider, context) => {
    const connections = connectionsTo(provider, context, open);
    const explained = explaining(`App ${provider.ref.namespace}/${provider.ref.name}`, context.signal);
    return {
      observe: (claim, password) => observe(connections, explained, claim, password),
      carryOut: (step, claim) =>
        explained(describe(step, claim), async () =>
          isInside(step)
            ? connections.within(claim, (session) => carryOutInside(session, step, claim))
            : carryOutOutside(await connections.admin(), step, claim),
        ),
      close: connections.close,
    };
  };
}

/** Does something with a server; what fails is told in words. */
type Explained = <T>(doing: string, work: () => Promise<T>) => Promise<T>;

/** The end of the process is nobody's fault, and is told as it is. */
function explaining(server: string, signal: AbortSignal): Explained {
  return async (doing, work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw explain(error, server, doing);
    }
  };
}

async function observe(
  connections: Connections,
  explained: Explained,
  claim: Claim,
  password: string | undefined,
): Promise<Observation> {
  const outside = await explained('looking at what is there', async () =>
    observeOutside(await connections.admin(), claim),
  );
  const inside = outside.connectable
    ? await explained(`looking into database "${claim.name}"`, () =>
        connections.within(claim, (session) => observeInside(session, claim)),
      )
    : undefined;
  const tried = await explained(`logging in as role "${claim.name}"`, () =>
    tryPassword(connections, outside, claim, password),
  );
  return observationOf(outside, inside, tried, claim);
}

async function tryPassword(
  connections: Connections,
  view: OutsideView,
  claim: Claim,
  password: string | undefined,
): Promise<Observation['password']> {
  if (password === undefined) return 'unasked';
  if (!canTry(view)) return 'untried';
  try {
    await connections.logIn(claim, password);
    return 'works';
  } catch (error) {
    const code = codeOf(error);
    if (code === '28P01') return 'refused';
    // The app holds all connections that its role, or the server, has: no fault of the password.
    if (code === '53300') return 'untried';
    if (code !== '28000') throw error;
    const { name } = claim;
    throw new Stalled(
      'RoleRefused',
      `The server doesn’t let role "${name}" log in: add "host ${name} ${name} all scram-sha-256" to its pg_hba.conf.`,
      { after: recheck },
    );
  }
}

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
