import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Home } from '../schema/home.ts';
import type { IntegrationKind, Provision, Slot } from '../schema/integration.ts';
import type { PlanSpec } from '../schema/plan.ts';
import type { Catalogue } from './catalogue.ts';
import type { Installed } from './installed.ts';

/** Makes a hexadecimal digest of a text; at least 64 bits of it are used. */
export type Digest = (text: string) => string;

/** What is known of a machine that pods can run on. */
export interface NodeFacts {
  readonly name: string;
  /** As Kubernetes names it: `amd64`, `arm64`. */
  readonly arch: string;
  /** What no pod has asked for yet: cores, and bytes. */
  readonly free: { readonly cpu: number; readonly memory: number };
}

/** Everything that a resolution depends on. */
export interface ResolveInput {
  readonly wanted: App;
  readonly catalogue: Catalogue;
  readonly installed: Installed;
  readonly home?: Home | undefined;
  readonly nodes?: readonly NodeFacts[] | undefined;
  /** The kinds of integration that this suite has controllers for. */
  readonly supported: ReadonlySet<IntegrationKind>;
  readonly digest: Digest;
}

/** What becomes of one slot. */
export interface ResolvedBinding {
  readonly slot: Slot;
  readonly state: 'Bound' | 'Off' | 'Unbound';
  readonly provider?: ProviderRef;
  /** The offer that serves the slot; absent too where the bound provider is gone. */
  readonly provision?: Provision;
  /** One sentence for people. */
  readonly reason: string;
  /** What it waits for before it is joined to somebody else, as a sentence. */
  readonly awaits?: string;
}

/** A provider that must be installed first. `installManifest` makes the App of it. */
export interface ResolvedInstall {
  /** In `hearth-providers`. */
  readonly ref: ProviderRef;
  readonly definition: AppDefinition;
  readonly version: string;
  readonly reason: string;
  /** The App whose slot asked for it: the wanted one, or another install of the same plan. */
  readonly for: ProviderRef;
  /** Why an installed provider can't serve. With it, the provider serves `for` alone. */
  readonly dedicated?: string;
}

/** Providers that could fill an empty slot, if a person chooses one. */
export interface Offer {
  readonly slot: string;
  readonly providers: readonly ProviderRef[];
  readonly message: string;
}

/** The smallest set of wishes that can't hold together. */
export interface Conflict {
  /** CamelCase, for a condition. */
  readonly reason: string;
  /** What is wrong. */
  readonly message: string;
  /** The cheapest way out, as a sentence. */
  readonly fix: string;
  readonly wishes: readonly string[];
}

/** What is to be done for an App, or why it can't be. */
export type Resolution =
  | {
      readonly kind: 'Plan';
      readonly plan: PlanSpec;
      /** The version to run; empty for an external App without one. */
      readonly version: string;
      readonly bindings: readonly ResolvedBinding[];
      /** Providers before consumers. */
      readonly installs: readonly ResolvedInstall[];
      readonly offers: readonly Offer[];
    }
  | { readonly kind: 'Conflict'; readonly conflict: Conflict };
