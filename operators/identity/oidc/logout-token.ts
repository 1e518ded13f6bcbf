import { createPrivateKey, sign } from 'node:crypto';
import type { SigningKey } from '../keys/signing.ts';
import type { Instant } from '../store/records.ts';

/** What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.4). */
export interface LogoutClaims {
  readonly issuer: string;
  readonly client: string;
  readonly sub: string;
  readonly sid: string;
  /** A random name of this token: apps refuse one that they have seen. */
  readonly id: string;
  readonly now: Instant;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Apps need not take one that is older (2.4: at most two minutes). */
const SECONDS = 120;

/** A signed logout token. */
export function logoutToken(key: SigningKey, { issuer, client, sub, sid, id, now }: LogoutClaims): string {
  const iat = Math.floor(now / 1000);
  const header = { alg: key.alg, kid: key.kid, typ: 'logout+jwt' };
  const claims = {
    iss: issuer,
    aud: client,
    sub,
    sid,
    jti: id,
    iat,
    exp: iat + SECONDS,
    events: { [EVENT]: {} },
  };
  const content = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign(
    'sha256',
    Buffer.from(content),
    createPrivateKey({ key: { ...key }, format: 'jwk' }),
  );
  return `${content}.${signature.toString('base64url')}`;
}
