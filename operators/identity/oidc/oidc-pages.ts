import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { Identity } from '../identity.ts';
import { signOutReach } from '../sessions/reach.ts';

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

/** oidc-provider's pages, in the look of the others. */
export const oidcPages = ({ pages, sessions, clients, log }: Identity): OidcPages => ({
  error(ctx, out, error) {
    log.info(
      { error: out.error, detail: out.error_description, client: ctx.oidc?.client?.clientId },
      'refused',
    );
    ctx.type = 'html';
    ctx.body = pages.refusal(
      {},
      {
        status: ctx.status >= 500 ? 500 : 400,
        title: 'This sign-in does not work',
        text: `${SENTENCES[error.name === 'SessionNotFound' ? 'session_not_found' : out.error] ?? 'Something in the request is wrong.'} (${out.error_description ?? out.error})`,
        onward: { url: '/', label: 'What I can open' },
      },
    );
  },
  async endSession(ctx, form) {
    const signedIn = sessions.ofCookie(ctx.req.headers.cookie);
    const app = ctx.oidc.client?.clientName;
    ctx.body = pages.endSession(signedIn ? { person: signedIn.account } : {}, {
      form,
      apps: clients.all().map(signOutReach),
      ...(app !== undefined && { app }),
    });
  },
  signedOut(ctx) {
    ctx.type = 'html';
    ctx.body = pages.signedOut({}, { apps: clients.all().map(signOutReach) });
  },
});
