import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Assets } from '@hearth/pages';
import type { Clock } from '@hearth/runtime/clock';
import { anyAddress } from '@hearth/runtime/http';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { FastifyInstance } from 'fastify';
import { adminServer } from './admin/server.ts';
import { startChores } from './chores.ts';
import { createClients } from './clients/clients.ts';
import type { Config } from './config.ts';
import { connectDirectory } from './directory/connection.ts';
import { type DirectoryKeeper, keepDirectory } from './directory/keeper.ts';
import { forwardAuthPlugin } from './forward-auth/plugin.ts';
import type { Identity, Logouts } from './identity.ts';
import { createKeys } from './keys/keys.ts';
import { createSeal } from './keys/seal.ts';
import { createTickets } from './keys/tickets.ts';
import { createMetrics } from './metrics.ts';
import { oidcPlugin } from './oidc/plugin.ts';
import { createProviders } from './oidc/provider.ts';
import { tellLogout } from './oidc/tell-logout.ts';
import type { Pages } from './pages/views.ts';
import { createPeople } from './people/people.ts';
import { publicServer } from './server.ts';
import { startLogouts } from './sessions/logouts.ts';
import { createSessions } from './sessions/sessions.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { devicesPlugin } from './web/devices.ts';
import { enrolPlugin } from './web/enrol.ts';
import { homePlugin } from './web/home.ts';
import { createRates } from './web/rates.ts';
import { recoveryPlugin } from './web/recovery.ts';
import { signInPlugin } from './web/sign-in.ts';

/** What the process takes from outside, beside its configuration. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly pages: Pages;
  readonly assets: Assets;
  readonly fetch: typeof globalThis.fetch;
}

/** A process that answers. */
export interface Running {
  readonly identity: Identity;
  readonly port: number;
  readonly adminPort: number;
  /** Answers what has been asked, then ends. */
  stop(): Promise<void>;
}

const ID_BYTES = 12;

/** Opens the store, reads into memory what is asked at every request, and listens. */
export async function startIdentity(config: Config, surroundings: Surroundings): Promise<Running> {
  const { clock } = surroundings;
  const store = await openStore(config, surroundings);
  const { identity, current } = await assemble(config, surroundings, store);
  const rates = createRates(() => clock.now().getTime());
  const people = await publicServer(identity, {
    gateways: config.gateways,
    rates,
    plugins: [
      oidcPlugin(identity, rates, current),
      forwardAuthPlugin(identity),
      signInPlugin(identity, rates),
      enrolPlugin(identity, rates),
      recoveryPlugin(identity, rates),
      devicesPlugin(identity),
      homePlugin(identity),
    ],
  });
  const directory = startDirectory(identity, config);
  const admin = await adminServer(identity, { token: config.adminToken, directory });
  const endChores = startChores(identity);
  // The keys of the epoch are made before anybody waits for them.
  current();
  const [port, adminPort] = await Promise.all([listen(people, config.port), listen(admin, config.adminPort)]);
  return {
    identity,
    port,
    adminPort,
    async stop() {
      await people.close();
      await admin.close();
      await endChores();
      await directory?.stop();
      await identity.logouts.stop();
      await identity.sessions.flush();
      await store.close();
    },
  };
}

/** Keeps the directory in step, where there is one. */
function startDirectory(identity: Identity, { directory }: Config): DirectoryKeeper | undefined {
  if (directory === undefined) return undefined;
  return keepDirectory(identity, (signal) => connectDirectory(directory, signal));
}

async function listen(server: FastifyInstance, port: number): Promise<number> {
  await server.listen({ port, host: anyAddress() });
  return (server.server.address() as AddressInfo).port;
}

async function assemble(config: Config, surroundings: Surroundings, store: Store) {
  const { clock, log } = surroundings;
  const now = () => clock.now().getTime();
  const randomId = () => randomBytes(ID_BYTES).toString('base64url');
  const keys = createKeys(config.key);
  const people = createPeople(store);
  const sessions = createSessions(store, people, now);
  const metrics = createMetrics();
  metrics.sessions(() => sessions.all().length);
  const logouts: { started?: Logouts } = {};
  const identity: Identity = {
    ...surroundings,
    issuer: config.issuer,
    random: randomBytes,
    randomId,
    keys,
    store,
    people,
    clients: createClients(store),
    sessions,
    tickets: createTickets(createSeal(keys.derive('ticket')), now, randomId),
    metrics,
    logouts: { wake: () => logouts.started?.wake(), stop: async () => logouts.started?.stop() },
    async audit(entry) {
      await store.audit.write(entry, now()).catch((error: unknown) => {
        log.error({ error: safeMessage(error), entry }, 'a line of the audit trail could not be written');
      });
    },
  };
  await remember(identity);
  const current = createProviders(identity);
  logouts.started = startLogouts(
    identity,
    tellLogout(identity, () => current().signing),
  );
  return { identity, current };
}

/** Reads what is asked at every request into memory, and again whenever it changes. */
async function remember({ store, people, clients, sessions }: Identity): Promise<void> {
  const everything = () => Promise.all([people.load(), clients.load(), sessions.load()]);
  store.onChange(async (change) => {
    if (change.what === 'accounts') await people.load();
    if (change.what === 'clients') await clients.load();
    if (change.what === 'session') await sessions.load(change.id);
    if (change.what === 'everything') await everything();
  });
  await everything();
}
