/**
 * Whose passkeys they are (WebAuthn, relying party). The id is identity's own host and not the home's domain: browsers
 * let every host below a relying party's id use its passkeys, and the apps of the home are there.
 */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
  /** What the authenticator shows. */
  readonly name: string;
}

/** The relying party of an issuer. */
export function relyingParty(issuer: string): RelyingParty {
  const { hostname, origin } = new URL(issuer);
  return { id: hostname, origin, name: hostname };
}

/** Signature algorithms (COSE): Ed25519, ECDSA on P-256, and RSA for Windows Hello. All authenticators have one of these. */
export const ALGORITHMS = [-8, -7, -257];
