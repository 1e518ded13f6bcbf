import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Identity } from '../identity.ts';
import type { OpenTicket } from '../keys/tickets.ts';
import type { Account, Passkey, Spent } from '../store/records.ts';
import { ALGORITHMS, relyingParty } from './relying-party.ts';
import { parseEnrolment } from './responses.ts';

/** How long a person may take to make a passkey. */
const PATIENCE = 10 * 60_000;
const LONGEST_NAME = 80;

/** For whom a passkey is made. */
interface EnrolTicket {
  readonly sub: string;
}

/** A passkey that was made, and the ticket to be taken when it is kept. */
export interface Made {
  readonly passkey: Passkey;
  readonly ticket: Spent;
}

/**
 * What a browser needs to make a passkey for a person: one that it can find by itself, that verifies the person, and
 * not on an authenticator that has one already.
 */
export async function enrolOptions(
  { issuer, tickets, store }: Identity,
  account: Account,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { id, name } = relyingParty(issuer);
  const known = await store.passkeys.of(account.sub);
  return generateRegistrationOptions({
    rpID: id,
    rpName: name,
    userID: new Uint8Array(Buffer.from(account.sub)),
    userName: account.name,
    userDisplayName: account.displayName,
    challenge: tickets.issue('enrol', { sub: account.sub } satisfies EnrolTicket, PATIENCE),
    timeout: PATIENCE,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ id: credential, transports }) => ({
      id: credential,
      transports: [...transports],
    })),
  });
}

/** Checks what an authenticator has made for a person; undefined where it is not what we asked for. */
export async function proveEnrolment(
  identity: Identity,
  account: Account,
  body: unknown,
  name: string,
): Promise<Made | undefined> {
  const response = parseEnrolment(body);
  if (response === undefined) return undefined;
  const { id, origin } = relyingParty(identity.issuer);
  let opened: OpenTicket<EnrolTicket> | undefined;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge(challenge) {
        opened = identity.tickets.open('enrol', Buffer.from(challenge, 'base64url').toString());
        return opened?.content.sub === account.sub;
      },
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified || opened === undefined) return undefined;
    const { credential } = registrationInfo;
    const passkey: Passkey = {
      id: credential.id,
      sub: account.sub,
      name: name.slice(0, LONGEST_NAME),
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      created: identity.clock.now().getTime(),
    };
    return { passkey, ticket: opened.spent };
  } catch (error) {
    identity.log.info({ error, user: account.name }, 'a passkey was not as asked for');
    return undefined;
  }
}
