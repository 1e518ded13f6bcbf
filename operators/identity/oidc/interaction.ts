import { mayEnter } from '../clients/access.ts';
import type { SignedIn } from '../sessions/sessions.ts';
import type { Account, Client, Instant } from '../store/records.ts';

/** What is known when an app has sent somebody to sign in. */
export interface InteractionFacts {
  readonly signedIn: SignedIn | undefined;
  /** They have a second way in: another passkey, or recovery codes. */
  readonly safe: boolean;
  readonly client: Client | undefined;
  readonly prompt: string;
  readonly reasons: readonly string[];
  /** When the app sent them. */
  readonly begun: Instant;
}

/** What comes next for somebody whom an app has sent. */
export type NextStep =
  | { readonly step: 'sign-in'; readonly again: boolean }
  | { readonly step: 'safety' }
  | { readonly step: 'refuse'; readonly account: Account }
  | ({ readonly step: 'login' } & SignedIn)
  | { readonly step: 'consent' };

/** Reasons for which a sign-in of before does not do. */
const AGAIN: readonly string[] = ['login_prompt', 'max_age'];

/**
 * What comes next: a passkey, a second way in, the door, or on to the app. Nobody is asked for consent: all clients
 * are apps of this home, and who may enter them was said when they were installed.
 */
export function nextStep(facts: InteractionFacts): NextStep {
  const { signedIn, client, reasons, begun } = facts;
  const again = reasons.some((reason) => AGAIN.includes(reason));
  if (signedIn === undefined) return { step: 'sign-in', again: false };
  if (again && signedIn.session.created < begun) return { step: 'sign-in', again: true };
  if (!facts.safe) return { step: 'safety' };
  if (client === undefined || !mayEnter(signedIn.account, client)) {
    return { step: 'refuse', account: signedIn.account };
  }
  return facts.prompt === 'login' ? { step: 'login', ...signedIn } : { step: 'consent' };
}

/** Authentication Context Class: phishing-resistant (OpenID Connect EAP ACR Values 1.0). A passkey always is. */
export const PHISHING_RESISTANT = 'phr';

/** What a sign-in with a passkey proves (RFC 8176): a key in their hand, used by a person whom the device has verified. */
const METHODS = ['pop', 'user', 'mfa'];

/** What the OpenID Provider is told of a sign-in. */
export const loginOf = ({ account, session }: SignedIn) => ({
  accountId: account.sub,
  acr: PHISHING_RESISTANT,
  amr: METHODS,
  ts: Math.floor(session.created / 1000),
});
