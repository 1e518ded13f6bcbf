import type { Resource } from '@hearth/runtime';
import { definition } from '../../app/objects.ts';

/** An app that the household installs, and what can be chosen about it. */
export interface Product {
  readonly definition: string;
  /** A setting that takes whole numbers from 1 to 100. */
  readonly setting: string;
  /** Those that the catalogue has, newest first; empty where there is only one, which nobody names. */
  readonly versions: readonly string[];
  /** Whether it may be had without a Route. */
  readonly canHide: boolean;
  /** The workload whose environment has the address of its database; undefined where it has none. */
  readonly databaseUser: string | undefined;
  readonly hasVolume: boolean;
  /** Whether passwords are generated for it. */
  readonly hasKeys: boolean;
}

const reader: Product = {
  definition: 'miniflux',
  setting: 'pollingFrequency',
  versions: [],
  canHide: false,
  databaseUser: 'web',
  hasVolume: false,
  hasKeys: true,
};

const budget: Product = {
  definition: 'actual',
  setting: 'uploadLimit',
  versions: [],
  canHide: true,
  databaseUser: undefined,
  hasVolume: true,
  hasKeys: false,
};

const wiki: Product = {
  definition: 'wiki',
  setting: 'pages',
  versions: ['1.2', '1.1', '1.0'],
  canHide: false,
  databaseUser: 'app',
  hasVolume: true,
  hasKeys: true,
};

/** What stands in no catalogue: an app with everything that an app can have, in several versions. */
export const wikiDefinition: Resource = definition(wiki.definition, {
  versions: wiki.versions.map((version) => ({ version, images: { app: `example.org/wiki:${version}` } })),
  stateful: true,
  workloads: [
    {
      name: 'app',
      ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
      volumes: [{ name: 'data', path: '/data' }],
      env: { KEY: '${secret.key}', PAGES: '${settings.pages}', URL: '${route.url}' },
    },
    { name: 'indexer', image: 'app', env: { PAGES: '${settings.pages}' } },
  ],
  integrations: [
    {
      name: 'db',
      kind: 'Database',
      required: true,
      needs: { engine: 'postgresql' },
      compatible: [{ definition: 'postgres', default: true }],
      env: { DATABASE_URL: '${db.uri}' },
    },
    { name: 'route', kind: 'Route', required: true, workload: 'app', port: 'http' },
  ],
  secrets: [{ name: 'key', class: 'immutable' }],
  settings: { pages: { type: 'integer', default: 10, minimum: 1, maximum: 100 } },
});

/**
 * Every name that an App of the household can have, and what it is then. No name begins with another, so that what
 * was made for one can be told by its name.
 */
export const household: ReadonlyMap<string, Product> = new Map(
  [['reader', reader, 6] as const, ['budget', budget, 4] as const, ['wiki', wiki, 6] as const].flatMap(
    ([name, product, count]) =>
      Array.from({ length: count }, (_, index) => [`${name}-${index}`, product] as const),
  ),
);
