import type { AccountClaims } from 'oidc-provider';
import type { Account } from '../store/records.ts';

/**
 * What each scope tells of a person (OpenID Connect Core 1.0, 5.4). Groups come with `profile` too: many apps read
 * them, and ask for no scope of that name.
 */
export const scopeClaims = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'preferred_username', 'groups'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

/** What apps are told of a person. The email counts as verified: who owns the home has written it down. */
export const claimsOf = (account: Account): AccountClaims => ({
  sub: account.sub,
  name: account.displayName,
  preferred_username: account.name,
  groups: [...account.groups],
  ...(account.email !== undefined && { email: account.email, email_verified: true }),
});
