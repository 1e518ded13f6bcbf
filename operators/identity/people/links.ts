import type { Identity } from '../identity.ts';
import { digest } from '../keys/keys.ts';
import type { EnrolmentLink, Instant } from '../store/records.ts';

const TOKEN_BYTES = 32;

/** A one-time link, before it is stored; who holds the token can become that person. */
export interface FreshLink {
  readonly link: EnrolmentLink;
  readonly token: string;
  readonly url: string;
}

/** A link for one person. */
export function freshLink(
  { issuer, random }: Pick<Identity, 'issuer' | 'random'>,
  sub: string,
  expires: Instant,
): FreshLink {
  const token = random(TOKEN_BYTES).toString('base64url');
  return { link: { digest: digest(token), sub, expires }, token, url: `${issuer}/enrol/${token}` };
}
