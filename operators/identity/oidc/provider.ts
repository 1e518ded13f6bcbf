import type { IncomingMessage, ServerResponse } from 'node:http';
import { html, markupOf } from '@hearth/pages';
import { safeMessage } from '@hearth/runtime/log';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Identity } from '../identity.ts';
import { createSigningKeys, nextEpoch, type SigningKey } from '../keys/signing.ts';
import { endSessions } from '../sessions/ending.ts';
import type { Instant } from '../store/records.ts';
import { type ArtefactCodec, createArtefactCodec } from './artefacts.ts';
import { hasSecret } from './clients.ts';
import { configuration } from './configuration.ts';
import { oidcPages } from './oidc-pages.ts';

/** An OpenID Provider and the keys that it signs with, for as long as these are the right ones. */
export interface CurrentProvider {
  readonly provider: Provider;
  /** Answers a request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly signing: SigningKey;
  readonly until: Instant;
}

/**
 * Gives the OpenID Provider of the moment. oidc-provider takes its keys once; all that it remembers is in the store, so
 * that with each epoch of keys another takes over, and nobody notices.
 */
export function createProviders(identity: Identity): () => CurrentProvider {
  const codec = createArtefactCodec(identity.keys);
  const signingKeys = createSigningKeys(identity.keys);
  let current: CurrentProvider | undefined;
  return () => {
    const now = identity.clock.now().getTime();
    if (current === undefined || now >= current.until) {
      current = createProvider(identity, codec, signingKeys(now), nextEpoch(now));
    }
    return current;
  };
}

function createProvider(
  identity: Identity,
  codec: ArtefactCodec,
  keys: readonly SigningKey[],
  until: Instant,
): CurrentProvider {
  const [signing] = keys;
  if (signing === undefined) throw new Error('no signing key');
  const provider = new Provider(identity.issuer, configuration(identity, codec, keys));
  // The gateway ends TLS; what it forwards is set by the plugin, from the issuer.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function (this: { readonly clientId: string }, secret) {
    return hasSecret(identity.clients.find(this.clientId), secret);
  };
  followLogouts(identity, provider);
  tellOfUse(identity, provider);
  return { provider, handle: provider.callback(), signing, until };
}

/** Where an app wants somebody signed out, our session ends with the provider's, once the person has said yes. */
function followLogouts(identity: Identity, provider: Provider): void {
  provider.use<unknown, Pick<KoaContextWithOIDC, 'oidc'>>(async (ctx, next) => {
    await next();
    const route = ctx.oidc?.route;
    if (route === 'end_session' && ctx.status === 200) await askAlways(identity, ctx);
    if (route === 'end_session_confirm' && ctx.status === 303) await endWithIt(identity, ctx);
  });
  provider.on('backchannel.error', (_ctx, _error, client, sub, sid) => {
    const due = identity.clock.now().getTime();
    const logout = { id: identity.randomId(), client: client.clientId, sub, sid: sid ?? '', tries: 0, due };
    identity.store.logouts.add([logout]).then(
      () => identity.logouts.wake(),
      (error: unknown) => identity.log.error({ error: safeMessage(error) }, 'a logout was lost'),
    );
  });
}

/**
 * oidc-provider asks nobody who has no session with it, and says that they are signed out. Somebody who has left all
 * apps and is still signed in to identity is asked like everybody else.
 */
async function askAlways(identity: Identity, ctx: KoaContextWithOIDC): Promise<void> {
  const { session } = ctx.oidc;
  if (session?.accountId !== undefined) return;
  if (identity.sessions.ofCookie(ctx.req.headers.cookie) === undefined) return;
  const { secret } = Object(session?.state) as { readonly secret?: string };
  const form = html`<form id="op.logoutForm" method="post" action="${ctx.oidc.urlFor('end_session_confirm')}"><input type="hidden" name="xsrf" value="${secret}"></form>`;
  await oidcPages(identity).endSession(ctx, markupOf(form));
}

async function endWithIt(identity: Identity, { oidc, req, ip }: KoaContextWithOIDC): Promise<void> {
  const signedIn = identity.sessions.ofCookie(req.headers.cookie);
  const known = oidc.session?.accountId;
  if (oidc.params?.logout === undefined || signedIn === undefined) return;
  const { account, session } = signedIn;
  if (known !== undefined && known !== account.sub) return;
  // The provider has told the apps of its own session by now; what failed comes as an event.
  await endSessions(identity, [session.id], { told: known !== undefined });
  await identity.audit({
    event: 'sign-out',
    sub: account.sub,
    user: account.name,
    address: ip,
    ...(oidc.client && { client: oidc.client.clientId }),
  });
}

function tellOfUse({ audit, log, people }: Identity, provider: Provider): void {
  provider.on('authorization.success', ({ ip, oidc: { account, client } }) => {
    const user = account && people.bySub(account.accountId)?.name;
    void audit({
      event: 'app-opened',
      address: ip,
      ...(account && { sub: account.accountId }),
      ...(user !== undefined && { user }),
      ...(client && { client: client.clientId }),
    });
  });
  provider.on('server_error', (_ctx, error) => log.error({ error }, 'OpenID Connect failed'));
  provider.on('grant.error', ({ oidc: { client } }, error) =>
    log.info({ client: client?.clientId, error: safeMessage(error) }, 'no token given'),
  );
}
