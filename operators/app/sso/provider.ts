import type { AccountsRequest, ClientMark, SSOClient } from '@hearth/domain';
import type { Context, Read } from '@hearth/runtime';
import type { BindingData } from '../binding.ts';
import type { Provider } from '../provider.ts';
import type { Standing } from './mark.ts';

/** A way to single sign-on. */
type Strategy = SSOClient['spec']['strategy'];

/** What one SSOClient asks of the provider that holds its client. */
export interface Claim {
  /** What the client is called there. */
  readonly id: string;
  readonly mark: ClientMark;
  readonly strategy: Strategy;
  readonly title: string;
  /** A data URI. */
  readonly icon?: string | undefined;
  /** Where people open the app; of an app that nobody opens in a browser there is none (ldap). */
  readonly url?: string | undefined;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Takes back-channel logouts. */
  readonly signOutUri?: string | undefined;
  /** Whether the app must prove itself by PKCE (RFC 7636). */
  readonly pkce: 'required' | 'optional';
  /** Beginnings of paths that need no sign-on. */
  readonly open: readonly string[];
  /** Who may enter. None: everyone in the home. */
  readonly groups: readonly string[];
}

/** What a provider holds under a claim's id. */
export interface Observation {
  readonly standing: Standing;
  /** What of a client of ours is not as claimed, in words: `redirect URIs`. */
  readonly drift: readonly string[];
  /** Whether it takes exactly the secrets that were asked about. */
  readonly secrets: 'right' | 'wrong';
}

/** One change to a provider. Each is right only for the state in which it was planned; see `plan.ts`. */
export type Step =
  /** Makes a client that is not there, marked, with these secrets. */
  | { readonly do: 'make'; readonly secrets: readonly string[] }
  /** Makes a client that is ours as claimed, with these secrets and no others. */
  | { readonly do: 'mend'; readonly secrets: readonly string[] }
  | { readonly do: 'remove' };

/** What a provider knows of a person. */
export interface Sighting {
  readonly passkeys: number;
  /** ISO 8601. */
  readonly lastSignIn?: string | undefined;
}

/** What came of telling a provider of all people. */
export interface People {
  /** By name; empty where the provider doesn't tell. */
  readonly seen: ReadonlyMap<string, Sighting>;
  /** Those whom it has not taken, by name, and why, as a sentence. */
  readonly refused: ReadonlyMap<string, string>;
  /** Who has yet to hear of it from the provider, and what that means, as a sentence. */
  readonly behind?: string | undefined;
}

/**
 * A provider that signs people in: the port that each product's adapter implements. It decides nothing; what it is
 * told to do is planned from what it observed.
 */
export interface IdentityProvider {
  /**
   * What is there. Changes nothing.
   * @param secrets those that the client is to take, and no others.
   * @throws Waiting where the provider doesn't answer (yet), Stalled where it doesn't let Hearth in.
   */
  observe(claim: Claim, secrets: readonly string[]): Promise<Observation>;
  /**
   * Carries out one step. Cut off, it leaves what can be observed and planned from; never a client without its mark.
   * @throws Waiting or Stalled as {@link observe} does.
   */
  carryOut(step: Step, claim: Claim): Promise<void>;
  /** What consumers need to know to sign on with this client and secret. */
  bindingOf(claim: Claim, secret: string | undefined): Promise<BindingData>;
  /**
   * Tells it all people that there are. Who isn't among them can't sign in any more, and is signed out. Absent where
   * people come to it by another way.
   */
  syncAccounts?(accounts: AccountsRequest, home: string): Promise<People>;
  /** Ends its connections. Never fails. */
  close(): Promise<void>;
}

/** Opens a provider for one pass. Nothing is dialled, and no heavy package loaded, before it is first asked. */
export type OpenProvider = (
  provider: Provider<'SSOClient'>,
  context: Pick<Context, 'read' | 'reach' | 'signal' | 'requireLead'>,
) => IdentityProvider;

/**
 * What stands beside a secret while another takes its place: another secret of the same client, another client, or none,
 * where a client has one secret and a second client would be another issuer's.
 */
export type Overlap = 'secrets' | 'clients' | 'none';

/** How to drive providers of one interface. */
export interface Adapter {
  readonly open: OpenProvider;
  readonly overlap: Overlap;
  /** Whether a provider itself keeps out who is of no group of the claim. */
  enforcesGroups(provider: Provider<'SSOClient'>): boolean;
  /**
   * Makes sure that somebody brings the home's people to a provider that isn't told of them.
   * @throws Waiting where nobody does.
   */
  requirePeople?(provider: Provider<'SSOClient'>, read: Read): void;
}
