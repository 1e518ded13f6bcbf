import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { mayEnter } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { Frame } from '../pages/views.ts';
import { signOutReach } from '../sessions/reach.ts';
import type { Client } from '../store/records.ts';
import { LAUNCHER } from '../web/refusal.ts';

/** The pages that oidc-provider shows by itself. */
export interface OidcPages {
  readonly error: (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) => void;
  readonly endSession: (ctx: KoaContextWithOIDC, form: string) => Promise<void>;
  readonly signedOut: (ctx: KoaContextWithOIDC) => void;
}

/** What went wrong, in words for people; apps are told in OAuth's. */
const SENTENCES: Readonly<Record<string, string>> = {
  invalid_client: 'The app that sent you here is not known to this home.',
  invalid_redirect_uri: 'The app that sent you here wants you back at an address that is not its own.',
  session_not_found: 'This sign-in has expired. Open the app again.',
};

/** An app wants somebody signed out, and does not say it as it has to: an old sign-in is proved by a key that is gone. */
const NOT_SIGNED_OUT = {
  title: 'The app could not sign you out',
  text: 'What it has sent is too old, or wrong.',
  signOut: 'Sign out of everything',
} as const;

/** oidc-provider's pages, in the look of the others. */
export const oidcPages = (identity: Identity): OidcPages => ({
  error(ctx, out, error) {
    identity.log.info(
      { error: out.error, detail: out.error_description, client: ctx.oidc?.client?.clientId },
      'refused',
    );
    const sentence = SENTENCES[error.name === 'SessionNotFound' ? 'session_not_found' : out.error];
    const what =
      ctx.oidc?.route === 'end_session'
        ? NOT_SIGNED_OUT
        : { title: 'This sign-in does not work', text: sentence ?? 'Something in the request is wrong.' };
    ctx.type = 'html';
    ctx.body = identity.pages.refusal(here(identity, ctx).frame, {
      status: ctx.status >= 500 ? 500 : 400,
      ...what,
      text: `${what.text} (${out.error_description ?? out.error})`,
      onward: LAUNCHER,
    });
  },
  async endSession(ctx, form) {
    const { frame, apps } = here(identity, ctx);
    const app = ctx.oidc.client?.clientName;
    ctx.body = identity.pages.endSession(frame, {
      form,
      apps: apps.map(signOutReach),
      ...(app !== undefined && { app }),
    });
  },
  signedOut(ctx) {
    const { frame, apps } = here(identity, ctx);
    const left = ctx.oidc.client && identity.clients.find(ctx.oidc.client.clientId);
    ctx.type = 'html';
    ctx.body = identity.pages.signedOut(frame, {
      apps: apps.filter(({ id }) => id !== left?.id).map(signOutReach),
      ...(left && { app: { title: left.title, url: left.url } }),
    });
  },
});

/** Who is signed in to identity itself, and the apps that they may enter: nobody else is told what there is. */
function here(
  { sessions, clients }: Identity,
  ctx: KoaContextWithOIDC,
): { readonly frame: Frame; readonly apps: readonly Client[] } {
  const account = sessions.ofCookie(ctx.req.headers.cookie)?.account;
  if (account === undefined) return { frame: {}, apps: [] };
  return { frame: { person: account }, apps: clients.all().filter((client) => mayEnter(account, client)) };
}
