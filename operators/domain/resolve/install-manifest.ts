import { App, type AppSpec } from '../schema/app.ts';
import { DEDICATED_TO, INSTALLED_AS, INSTALLED_FOR } from './installed.ts';
import type { ResolvedInstall } from './resolution.ts';

/** An App as it is applied: defaults are left to the API server. */
export interface AppManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Pick<AppSpec, 'definition' | 'share'>;
}

/**
 * The App to apply for a provider that must be installed first, marked with why it exists. It serves
 * every namespace; a dedicated one serves only the namespace of the App that it was made for.
 */
export function installManifest(install: ResolvedInstall): AppManifest {
  const consumer = `${install.for.namespace}/${install.for.name}`;
  return {
    apiVersion: App.apiVersion,
    kind: App.kind,
    metadata: {
      ...install.ref,
      labels: { [INSTALLED_AS]: 'dependency' },
      annotations: {
        [INSTALLED_FOR]: consumer,
        ...(install.dedicated === undefined ? {} : { [DEDICATED_TO]: consumer }),
      },
    },
    spec: {
      definition: install.definition.metadata.name,
      share: { namespaces: [install.dedicated === undefined ? '*' : install.for.namespace] },
    },
  };
}
