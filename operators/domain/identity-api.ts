import { z } from 'zod';
import { dnsLabel, matching, text } from './schema/fields.ts';
import type { Immutable } from './schema/immutable.ts';

/**
 * What the App operator and Hearth's identity provider say to each other: the provider's admin API, JSON over
 * HTTP with the admin token as Bearer. Everything in it may be said again without changing anything.
 */

/** Whose a client is. Nobody changes or deletes one that carries another's mark. */
const clientMark = z.object({
  /** `Home.status.id`. */
  home: text(63).min(1),
  namespace: dnsLabel(),
  /** Of the SSOClient. */
  name: dnsLabel(),
});
export type ClientMark = Immutable<z.infer<typeof clientMark>>;

/** The request header in which a deletion says whose client it means: a {@link ClientMark} as JSON. */
export const clientMarkHeader = 'hearth-mark';

/** What a client is called in the provider, at most 63 characters. */
const clientId = () =>
  matching(63, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');

/** A secret's name among those of one client; it says which of two is meant and nothing else. */
const secretId = () => text(64).min(1);

const address = () => z.url({ protocol: /^https$/ }).max(2048);

const client = {
  id: clientId(),
  mark: clientMark,
  strategy: z.enum(['oidc', 'forward-auth']),
  redirectUris: z.array(address()).max(16),
  /** Takes back-channel logouts. */
  signOutUri: address().optional(),
  postLogoutRedirectUris: z.array(address()).max(16),
  /** Whether the app must prove itself by PKCE (RFC 7636). Absent: it must. */
  pkce: z.enum(['required', 'optional']).optional(),
  /** Beginnings of paths that need no sign-on. */
  open: z.array(text(255)).max(16),
  /** Who may enter. None: everyone in the home. */
  groups: z.array(dnsLabel()).max(32),
  title: text(80),
  /** A data URI. */
  icon: text(65536).optional(),
  /** Where people open the app. */
  url: address(),
};

/** The body of `PUT /admin/v1/clients/ID`: how a client is to be, its secrets included. */
export const clientRequest = z.object({
  ...client,
  /** Two while one is exchanged for the other: both are taken. */
  secrets: z.array(z.object({ id: secretId(), value: text(255).min(16) })).max(2),
});
export type ClientRequest = Immutable<z.infer<typeof clientRequest>>;

/** The answer to `GET /admin/v1/clients/ID`: how a client is, its secrets only by their fingerprints. */
export const clientReport = z.object({
  ...client,
  secrets: z
    .array(
      z.object({
        id: secretId(),
        /** The first 16 hexadecimal digits of the secret's SHA-256. */
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
      }),
    )
    .max(2),
});
export type ClientReport = Immutable<z.infer<typeof clientReport>>;

const account = z.object({
  name: dnsLabel(),
  displayName: text(80),
  email: z.email().max(254).optional(),
  disabled: z.boolean(),
  groups: z.array(dnsLabel()).max(256),
});

/** The body of `PUT /admin/v1/accounts`: all people that there are. Who isn't in it is removed at once. */
export const accountsRequest = z.object({
  /** Of the whole: the same people have the same. */
  revision: text(64).min(1),
  users: z.array(account).max(1000),
});
export type AccountsRequest = Immutable<z.infer<typeof accountsRequest>>;

/** The answer to `GET` and `PUT /admin/v1/accounts`. */
export const accountsReport = z.object({
  /** Of what was last put; empty before that. */
  revision: text(64),
  /**
   * Whether the directory that identity keeps knows all of it: identity gives it a moment before it answers. Absent where
   * it keeps none.
   */
  directory: z.enum(['in-step', 'behind']).optional(),
  users: z.array(
    z.object({
      name: dnsLabel(),
      /** Minted when the person was first seen, and never given to another. */
      sub: text(64).min(1),
      passkeys: z.int().min(0),
      lastSignIn: z.iso.datetime().optional(),
      appPasswords: z.int().min(0),
    }),
  ),
});
export type AccountsReport = Immutable<z.infer<typeof accountsReport>>;

/** The body of `POST /admin/v1/users/NAME/enrolment`. */
export const enrolmentRequest = z.object({ validMinutes: z.int().min(1).max(10_080) });
export type EnrolmentRequest = Immutable<z.infer<typeof enrolmentRequest>>;

/** Its answer: a link that enrols one device, once. Whoever holds it can become that person. */
export const enrolmentReport = z.object({ url: address(), expires: z.iso.datetime() });
export type EnrolmentReport = Immutable<z.infer<typeof enrolmentReport>>;

/** The answer to `GET /admin/v1/users/NAME/devices`. */
export const devicesReport = z.object({
  devices: z.array(
    z.object({
      id: text(1024).min(1),
      /** What its owner calls it. */
      name: text(80),
      added: z.iso.datetime(),
      lastUsed: z.iso.datetime().optional(),
    }),
  ),
});
export type DevicesReport = Immutable<z.infer<typeof devicesReport>>;

/** The answer to `GET /admin/v1/audit?after=N`: what came after entry N, oldest first. */
export const auditReport = z.object({
  entries: z.array(
    z.object({
      /** Counts up; `after` takes it. */
      number: z.int().min(1),
      time: z.iso.datetime(),
      /** What happened: `sign-in`, `device-added`. */
      event: text(64).min(1),
      user: text(63).optional(),
      client: text(63).optional(),
      /** The name of the device. */
      device: text(80).optional(),
      /** From where. */
      address: text(64).optional(),
      detail: text(512).optional(),
    }),
  ),
});
export type AuditReport = Immutable<z.infer<typeof auditReport>>;

/** The body of an answer that refuses. `foreign`: another home or SSOClient holds the client, by this mark. */
export const identityRefusal = z.object({
  error: text(64).min(1),
  message: text(512).optional(),
  mark: clientMark.optional(),
});
export type IdentityRefusal = Immutable<z.infer<typeof identityRefusal>>;

/** The paths of the admin API. */
export const identityPaths = {
  client: (id: string) => `/admin/v1/clients/${encodeURIComponent(id)}`,
  accounts: '/admin/v1/accounts',
  enrolment: (user: string) => `/admin/v1/users/${encodeURIComponent(user)}/enrolment`,
  devices: (user: string) => `/admin/v1/users/${encodeURIComponent(user)}/devices`,
  device: (user: string, id: string) =>
    `/admin/v1/users/${encodeURIComponent(user)}/devices/${encodeURIComponent(id)}`,
  audit: (after: number) => `/admin/v1/audit?after=${after}`,
} as const;
