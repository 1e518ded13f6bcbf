import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { ArtefactCodec } from './artefacts.ts';

/**
 * The grant under which an app gets its tokens: made where the person may enter, without asking them, and noted beside
 * their session, so that both end together. Undefined where they may not; then they are shown the door.
 */
export async function existingGrant(
  identity: Identity,
  codec: ArtefactCodec,
  ctx: KoaContextWithOIDC,
): Promise<Grant | undefined> {
  const { provider, session, account, client: app } = ctx.oidc;
  const signedIn = identity.sessions.ofCookie(ctx.req.headers.cookie);
  const client = app && identity.clients.find(app.clientId);
  if (!signedIn || !session || !client || signedIn.account.sub !== account?.accountId) return undefined;
  if (!mayEnter(signedIn.account, client)) return undefined;

  const known = session.grantIdFor(client.id);
  const grant =
    (known === undefined ? undefined : await provider.Grant.find(known)) ??
    new provider.Grant({ accountId: account.accountId, clientId: client.id });
  const wanted = [...ctx.oidc.requestParamOIDCScopes].join(' ');
  const had = grant.getOIDCScope();
  grant.addOIDCScope(wanted);
  const id = grant.jti !== undefined && grant.getOIDCScope() === had ? grant.jti : await grant.save();

  session.ensureClientContainer(client.id);
  await identity.store.sessions.join({
    session: signedIn.session.id,
    client: client.id,
    oidcSession: codec.uid(session.uid),
    grant: codec.grant(id),
    sid: session.sidFor(client.id) ?? '',
  });
  identity.sessions.touch(signedIn.session);
  return grant;
}
