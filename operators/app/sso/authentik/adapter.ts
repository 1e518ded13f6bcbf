import type { Application } from '@goauthentik/api/dist/models/Application.js';
import type { PolicyBinding } from '@goauthentik/api/dist/models/PolicyBinding.js';
import { keyText, Stalled, Waiting } from '@hearth/runtime';
import type { Provider } from '../../provider.ts';
import { describe } from '../explain.ts';
import type { Adapter, Claim, OpenProvider } from '../provider.ts';
import { applicationOf, type Found, observationOf, providerOf, type Surroundings } from './client.ts';
import { ensureGroup, syncPeople } from './people.ts';
import { type Api, ifThere, openSession } from './session.ts';

/**
 * Authentik, by its API: an OAuth 2 provider and an application for each client, and a binding for each group that may
 * enter. Its issuer bears the application's name, so there is no second client beside the first: apps know people by
 * issuer. A new secret takes the place of the old one at once.
 */
export const authentik: Adapter = { open: openAuthentik, overlap: 'none', enforcesGroups: () => true };

function openAuthentik(...[provider, context]: Parameters<OpenProvider>): ReturnType<OpenProvider> {
  const session = openSession(provider, context);
  return {
    observe: (claim, secrets) =>
      session.ask(`looking for client "${claim.id}"`, async (api) =>
        observationOf(await find(api, claim.id), claim, secrets),
      ),

    carryOut: (step, claim) =>
      session.change(describe(step.do, claim.id), async (api) => {
        const found = await find(api, claim.id);
        if (step.do === 'remove') return remove(api, found);
        await keep(api, found, claim, step.secrets[0]);
      }),

    async bindingOf({ id: clientId }, clientSecret) {
      if (clientSecret === undefined) throw new Error(`client ${clientId} has no secret`);
      // Its issuers end in a slash.
      const issuer = `${addressOf(provider)}/application/o/${clientId}/`;
      return { issuer, clientId, clientSecret, discovery: `${issuer}.well-known/openid-configuration` };
    },

    syncAccounts: (accounts, home) =>
      session.change('telling it of all people', (api) => syncPeople(api, accounts, home)),

    close: async () => undefined,
  };
}

async function find({ core, providers, policies }: Api, id: string): Promise<Found> {
  const { results } = await providers.providersOauth2List({ clientId: id });
  const provider = results.find(({ clientId }) => clientId === id);
  const application = await ifThere(core.coreApplicationsRetrieve({ slug: id }));
  const bindings = application ? await bindingsOf({ policies }, application) : [];
  return {
    provider,
    application,
    // Whoever else may enter is named too, so that it shows.
    groups: bindings.map(({ groupObj, user }) => groupObj?.name ?? `user ${user}`),
  };
}

/** The bindings that let people in. What an admin asks for by a policy is not Hearth's. */
async function bindingsOf(
  { policies }: Pick<Api, 'policies'>,
  { pk }: Application,
): Promise<PolicyBinding[]> {
  const { results } = await policies.policiesBindingsList({ target: pk, pageSize: 100 });
  return results.filter(({ policy }) => policy === null || policy === undefined);
}

/** The provider, the application without it, who may enter, and only then the application with it: never open between. */
async function keep(api: Api, found: Found, claim: Claim, secret: string | undefined): Promise<void> {
  const oAuth2ProviderRequest = providerOf(claim, secret, await surroundingsOf(api));
  const { pk: provider } = found.provider
    ? await api.providers.providersOauth2Update({ id: found.provider.pk, oAuth2ProviderRequest })
    : await api.providers.providersOauth2Create({ oAuth2ProviderRequest });
  const applicationRequest = applicationOf(claim);
  const application = found.application ?? (await api.core.coreApplicationsCreate({ applicationRequest }));
  await keepBindings(api, application, claim);
  await api.core.coreApplicationsPartialUpdate({
    slug: claim.id,
    patchedApplicationRequest: { ...applicationRequest, provider },
  });
}

async function keepBindings(api: Api, application: Application, claim: Claim): Promise<void> {
  const there = await bindingsOf(api, application);
  for (const [order, name] of claim.groups.entries()) {
    if (there.some(({ groupObj }) => groupObj?.name === name)) continue;
    const group = await ensureGroup(api, name, claim.mark.home);
    if (group === undefined) {
      const message = `Authentik has a group "${name}" that was not made for this home: nobody is let in by it.`;
      throw new Stalled('GroupTaken', message, { after: 600_000 });
    }
    await api.policies.policiesBindingsCreate({
      policyBindingRequest: { target: application.pk, group: group.pk, order },
    });
  }
  // The last one last: an application without bindings is open to everybody.
  for (const { pk, groupObj } of there) {
    if (groupObj !== null && claim.groups.includes(groupObj.name)) continue;
    await api.policies.policiesBindingsDestroy({ policyBindingUuid: pk });
  }
}

async function remove({ core, providers }: Api, { provider, application }: Found): Promise<void> {
  // The provider last: it bears the mark.
  if (application) await core.coreApplicationsDestroy({ slug: application.slug });
  if (provider) await providers.providersOauth2Destroy({ id: provider.pk });
}

async function surroundingsOf({ flows, mappings, crypto }: Api): Promise<Surroundings> {
  const flow = async (slug: string) => {
    const found = (await flows.flowsInstancesList({ slug })).results[0];
    if (found) return found.pk;
    throw new Stalled('FlowMissing', `Authentik has no flow ${slug}, which it comes with.`, {
      after: 600_000,
    });
  };
  const managed = ['openid', 'email', 'profile', 'offline_access'].map(
    (scope) => `goauthentik.io/providers/oauth2/scope-${scope}`,
  );
  const scopes = await mappings.propertymappingsProviderScopeList({ managed });
  const keys = (await crypto.cryptoCertificatekeypairsList({ hasKey: true })).results;
  const key = keys.find(({ name }) => name === 'authentik Self-signed Certificate') ?? keys[0];
  if (key === undefined) throw new Waiting('ProviderStarting', 'Authentik has no key to sign with yet.');
  return {
    authorizationFlow: await flow('default-provider-authorization-implicit-consent'),
    invalidationFlow: await flow('default-provider-invalidation-flow'),
    propertyMappings: scopes.results.map(({ pk }) => pk),
    signingKey: key.pk,
  };
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
