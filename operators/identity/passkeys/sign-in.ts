import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { mayBeHere } from '../clients/access.ts';
import type { Identity } from '../identity.ts';
import type { Account, Passkey, Spent } from '../store/records.ts';
import { relyingParty } from './relying-party.ts';
import { parseSignIn } from './responses.ts';

/** How long a browser may wait with its answer: autofill asks when the page opens. */
const PATIENCE = 10 * 60_000;

/** Who somebody has proved to be. */
export interface Proof {
  readonly account: Account;
  readonly passkey: Passkey;
  /** What the authenticator counts now. */
  readonly counter: number;
  /** To be taken with the session that this opens. */
  readonly ticket: Spent;
}

/** A sign-in that is refused: why, for the trail, and whose it would have been. The person is told only that it was. */
export interface Refused {
  readonly refused: string;
  readonly account?: Account;
  readonly passkey?: Passkey;
}

/** What a browser needs to ask for any passkey of this host; the person is verified by the authenticator, always. */
export const signInOptions = ({
  issuer,
  tickets,
}: Identity): Promise<PublicKeyCredentialRequestOptionsJSON> =>
  generateAuthenticationOptions({
    rpID: relyingParty(issuer).id,
    challenge: tickets.issue('sign-in', {}, PATIENCE),
    timeout: PATIENCE,
    userVerification: 'required',
  });

/** Checks what an authenticator has answered: one of our challenges, for this host, by a passkey of somebody here. */
export async function proveSignIn(identity: Identity, body: unknown): Promise<Proof | Refused> {
  const response = parseSignIn(body);
  if (response === undefined) return { refused: 'no answer of an authenticator' };
  const passkey = await identity.store.passkeys.find(response.id);
  if (passkey === undefined) return { refused: 'unknown passkey' };
  const account = identity.people.bySub(passkey.sub);
  const whose = { passkey, ...(account && { account }) };
  if (!mayBeHere(account)) return { refused: 'disabled or removed', ...whose };
  if (
    response.response.userHandle !== undefined &&
    response.response.userHandle !== userHandle(passkey.sub)
  ) {
    return { refused: 'passkey of another person', ...whose };
  }
  const { id, origin } = relyingParty(identity.issuer);
  let ticket: Spent | undefined;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge(challenge) {
        ticket = identity.tickets.open('sign-in', Buffer.from(challenge, 'base64url').toString())?.spent;
        return ticket !== undefined;
      },
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    });
    if (!verified || ticket === undefined) return { refused: 'wrong signature', ...whose };
    return { account, passkey, counter: authenticationInfo.newCounter, ticket };
  } catch (error) {
    return { refused: error instanceof Error ? error.message.slice(0, 200) : 'not verified', ...whose };
  }
}

/** By what an authenticator knows whose passkey it is: the `sub`, which says nothing about the person. */
const userHandle = (sub: string): string => Buffer.from(sub).toString('base64url');
