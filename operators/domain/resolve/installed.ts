import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { IntegrationKind, Provision } from '../schema/integration.ts';
import type { Catalogue } from './resolution.ts';

/** The namespace whose Apps may serve others. Only admins write there. */
export const PROVIDERS_NAMESPACE = 'hearth-providers';

/** A label: `dependency` where Hearth installed the App because another needed it. */
export const INSTALLED_AS = 'apps.hearth.dev/installed-as';

/** An annotation: `NAMESPACE/NAME` of the App for which Hearth installed this one. */
export const INSTALLED_FOR = 'apps.hearth.dev/installed-for';

/** An annotation: `NAMESPACE/NAME` of the only App that this provider was made to serve. */
export const DEDICATED_TO = 'apps.hearth.dev/dedicated-to';

/** An installed App and one of its offers. */
export interface Provider {
  readonly ref: ProviderRef;
  readonly app: App;
  readonly provision: Provision;
}

/** The installed Apps, indexed so that one resolution looks only at what concerns it. */
export interface Installed {
  /** By `NAMESPACE/NAME`, in that order. */
  readonly apps: ReadonlyMap<string, App>;
  /** Offers by kind and by the namespace of their App, in the order of names. */
  readonly providers: ReadonlyMap<string, readonly Provider[]>;
  /** Names of the definitions that offer a kind and can be installed. */
  readonly installable: ReadonlyMap<IntegrationKind, readonly string[]>;
  /** Who uses an App, by its `NAMESPACE/NAME`. */
  readonly consumers: ReadonlyMap<string, readonly ProviderRef[]>;
  /** Apps that someone needs for itself alone (`isolation: instance`), and who. */
  readonly reserved: ReadonlyMap<string, string>;
}

/** Indexes installed Apps against a catalogue; build it anew when either changes. */
export function indexInstalled(apps: Iterable<App>, catalogue: Catalogue): Installed {
  throw new Error(`not written yet ${[...apps].length} ${catalogue.size}`);
}
