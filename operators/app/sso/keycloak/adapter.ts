import { keyText, Waiting } from '@hearth/runtime';
import type { Provider } from '../../provider.ts';
import { describe } from '../explain.ts';
import type { Adapter, Claim, OpenProvider } from '../provider.ts';
import { observationOf, representationOf } from './client.ts';
import { syncPeople } from './people.ts';
import { ensureGroupsScope, ensureRealm } from './realm.ts';
import { type Admin, openSession, realmOf } from './session.ts';

/**
 * Keycloak, by its admin API. A client has one secret there (two only by a preview feature that an admin must switch
 * on), so a new secret comes with a second client beside the first. Who may enter an app by group it doesn't ask.
 */
export const keycloak: Adapter = { open: openKeycloak, overlap: 'clients', enforcesGroups: () => false };

function openKeycloak(...[provider, context]: Parameters<OpenProvider>): ReturnType<OpenProvider> {
  const session = openSession(provider, context);
  const { realm } = session;
  return {
    observe: (claim, secrets) =>
      session.ask(`looking for client "${claim.id}"`, async (admin) => {
        if (!(await admin.realms.findOne({ realm }))) return observationOf(undefined, claim, secrets);
        return observationOf(await findClient(admin, claim.id), claim, secrets);
      }),

    carryOut: (step, claim) =>
      session.change(describe(step.do, claim.id), async (admin) => {
        if (step.do === 'remove') return remove(admin, claim.id);
        await ensureRealm(admin, realm, claim.mark.home);
        const scope = await ensureGroupsScope(admin);
        const id = await (step.do === 'make' ? make : mend)(admin, claim, step.secrets[0]);
        await admin.clients.addDefaultClientScope({ id, clientScopeId: scope });
      }),

    async bindingOf({ id: clientId }, clientSecret) {
      if (clientSecret === undefined) throw new Error(`client ${clientId} has no secret`);
      const issuer = `${addressOf(provider)}/realms/${encodeURIComponent(realmOf(provider))}`;
      return { issuer, clientId, clientSecret, discovery: `${issuer}/.well-known/openid-configuration` };
    },

    syncAccounts: (accounts, home) =>
      session.change('telling it of all people', async (admin) => {
        await ensureRealm(admin, realm, home);
        return syncPeople(admin, realm, accounts, home);
      }),

    close: async () => undefined,
  };
}

async function findClient(admin: Admin, clientId: string) {
  const [found] = await admin.clients.find({ clientId });
  return found?.clientId === clientId ? found : undefined;
}

async function make(admin: Admin, claim: Claim, secret: string | undefined): Promise<string> {
  const { id } = await admin.clients.create(representationOf(claim, secret));
  return id;
}

async function mend(admin: Admin, claim: Claim, secret: string | undefined): Promise<string> {
  const id = (await findClient(admin, claim.id))?.id;
  if (id === undefined) throw new Waiting('Raced', `Somebody removed client "${claim.id}" in the meantime.`);
  await admin.clients.update({ id }, representationOf(claim, secret));
  return id;
}

async function remove(admin: Admin, clientId: string): Promise<void> {
  const id = (await findClient(admin, clientId))?.id;
  if (id !== undefined) await admin.clients.del({ id });
}

/** Where people reach it: by its own Route, or where an external App is. */
function addressOf({ app, ref }: Provider<'SSOClient'>): string {
  const url = app.status?.url;
  if (url !== undefined) return url;
  const { host, ports = [] } = app.spec.external ?? {};
  const port = ports[0]?.port;
  if (host !== undefined) return `https://${host}${port === undefined || port === 443 ? '' : `:${port}`}`;
  throw new Waiting('ProviderNotReady', `App ${keyText(ref)} has no address yet.`);
}
