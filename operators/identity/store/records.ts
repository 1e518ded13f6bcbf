import type { ClientReport } from '@hearth/domain/identity-api';

/** A point in time: milliseconds since 1970, UTC. */
export type Instant = number;

/** A person, as the App operator last said, with what identity itself knows of them. */
export interface Account {
  /** What apps know the person by: random, and never given to anybody else. */
  readonly sub: string;
  readonly name: string;
  readonly displayName: string;
  readonly email?: string;
  readonly disabled: boolean;
  readonly groups: readonly string[];
  /** Since when they are no longer among the home's people; their passkeys are kept for a while yet. */
  readonly removed?: Instant;
  readonly lastSignIn?: Instant;
}

/** A device, or what syncs between devices, that signs one person in. */
export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string;
  readonly sub: string;
  /** What its owner calls it. */
  readonly name: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  /** Of signatures, as the authenticator last said; 0 where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly created: Instant;
  readonly lastUsed?: Instant;
}

/** A password for apps that sign people in over LDAP. */
export interface AppPassword {
  readonly id: string;
  readonly sub: string;
  /** What its owner calls it: the app it is for. */
  readonly name: string;
  /** In the form of `userPassword` (RFC 3112): `{SSHA512}…`. */
  readonly hash: string;
  readonly created: Instant;
}

/** One browser in which one person is signed in. */
export interface Session {
  /** Names it in lists and in the cookies of other hosts; it opens nothing by itself. */
  readonly id: string;
  readonly sub: string;
  /** The passkey that opened it: revoking that one ends it. */
  readonly passkey: string;
  readonly created: Instant;
  /** When it was last used, to the minute. */
  readonly seen: Instant;
  /** Ends whatever happens. */
  readonly expires: Instant;
  /** The address that the gateway saw. */
  readonly address: string;
  /** What the browser is, in words for people: `Firefox on Linux`. */
  readonly browser: string;
}

/** A session, and the digest of the cookie that proves it. */
export interface StoredSession extends Session {
  /** SHA-256 of the cookie's value, hexadecimal. */
  readonly digest: string;
}

/** That an app was opened in a session: what ends with it, and who is told. */
export interface SessionClient {
  readonly session: string;
  readonly client: string;
  /** Keyed digest of the uid of the OpenID Provider's session that goes with ours. */
  readonly oidcSession: string;
  /** Keyed digest of the id of the grant. */
  readonly grant: string;
  /** The client's name for the session. */
  readonly sid: string;
}

/** An app opened in a session, and whose session it is. */
export interface JoinedClient extends SessionClient {
  readonly sub: string;
}

/** What ends together: sessions, or an app's part of one. */
export interface Ending {
  readonly sessions: readonly string[];
  /** Apps that are left, in sessions that go on. */
  readonly left: readonly Pick<SessionClient, 'session' | 'client'>[];
  /** Sessions of the OpenID Provider. */
  readonly oidcSessions: readonly string[];
  readonly grants: readonly string[];
  /** Who is to be told. */
  readonly tell: readonly PendingLogout[];
}

/** A client, with what proves it: the SHA-256 of each secret, hexadecimal. */
export interface Client extends Omit<ClientReport, 'secrets'> {
  readonly secrets: readonly { readonly id: string; readonly digest: string }[];
}

/** A one-time link, by its digest. A person has one at most. */
export interface EnrolmentLink {
  /** SHA-256 of the token in the link, hexadecimal. */
  readonly digest: string;
  readonly sub: string;
  readonly expires: Instant;
}

/** What the audit trail says happened. */
export type AuditEvent =
  | 'sign-in'
  | 'sign-in-refused'
  | 'sign-out'
  | 'session-ended'
  | 'app-opened'
  | 'app-refused'
  | 'link-made'
  | 'device-added'
  | 'device-removed'
  | 'device-renamed'
  | 'codes-made'
  | 'codes-confirmed'
  | 'code-used'
  | 'code-refused'
  | 'app-password-made'
  | 'app-password-removed'
  | 'account-added'
  | 'account-disabled'
  | 'account-enabled'
  | 'account-removed'
  | 'client-changed'
  | 'client-removed'
  | 'logout-told'
  | 'logout-not-told';

/** How the trail tells what was done by whoever looks after the home from what the person did: the detail says it. */
export const BY_ADMINISTRATOR = 'by an administrator';

/** One line of the audit trail. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly sub?: string;
  readonly user?: string;
  readonly client?: string;
  readonly device?: string;
  readonly address?: string;
  readonly detail?: string;
}

/** A line of the audit trail, as written. */
export interface WrittenEntry extends AuditEntry {
  /** Counts up. */
  readonly number: number;
  readonly at: Instant;
}

/** A back-channel logout (OpenID Connect Back-Channel Logout 1.0) that is still to be told. */
export interface PendingLogout {
  readonly id: string;
  readonly client: string;
  readonly sub: string;
  /** The client's name for the session, its `sid`. */
  readonly sid: string;
  readonly tries: number;
  readonly due: Instant;
}

/** What the OpenID Provider keeps: codes, tokens, grants, interactions, its sessions. */
export interface Artefact {
  /** Its kind: `AccessToken`, `Session`. */
  readonly model: string;
  /** A keyed digest of its id: the id of a token is the token. */
  readonly digest: string;
  /** Sealed. */
  readonly payload: string;
  readonly expires?: Instant;
  readonly consumed?: Instant;
  /** Keyed digest of the grant it belongs to. */
  readonly grant?: string;
  /** Of a session: its uid, by which others refer to it. */
  readonly uid?: string;
}

/** A ticket that must not be taken twice. */
export interface Spent {
  readonly id: string;
  /** After this it is refused anyway, and need not be remembered. */
  readonly expires: Instant;
}
