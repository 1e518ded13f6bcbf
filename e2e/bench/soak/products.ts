import type { Resource } from '@hearth/runtime';
import { definition } from '../../app/objects.ts';

/** An app that the household installs, and what can be chosen about it beside the setting `size`, from 1 to 100. */
export interface Product {
  readonly definition: string;
  /** Those that the catalogue has, newest first; empty where there is only one, which nobody names. */
  readonly versions: readonly string[];
  /** Whether it may be had without a Route. */
  readonly canHide: boolean;
  readonly hasDatabase: boolean;
}

const database = {
  name: 'db',
  kind: 'Database',
  required: true,
  needs: { engine: 'postgresql' },
  compatible: [{ definition: 'postgres', default: true }],
  env: { DATABASE_URL: '${db.uri}' },
};
const ports = [{ name: 'http', port: 8080, protocol: 'HTTP' }];
const route = { name: 'route', kind: 'Route', required: true, workload: 'app', port: 'http' };
const sizeSetting = { size: { type: 'integer', default: 10, minimum: 1, maximum: 100 } };

/** Two workloads that share a database. */
const reader: Product = {
  definition: 'reader',
  versions: [],
  canHide: false,
  hasDatabase: true,
};
const readerDefinition = definition(reader.definition, {
  workloads: [
    { name: 'app', ports, env: { BASE_URL: '${route.url}', PASSWORD: '${secret.password}' } },
    { name: 'fetcher', image: 'app', env: { SIZE: '${settings.size}' } },
  ],
  integrations: [database, route],
  secrets: [{ name: 'password' }],
  settings: sizeSetting,
});

/** A volume, and people need not reach it. */
const budget: Product = {
  definition: 'budget',
  versions: [],
  canHide: true,
  hasDatabase: false,
};
const budgetDefinition = definition(budget.definition, {
  stateful: true,
  workloads: [
    { name: 'app', ports, volumes: [{ name: 'data', path: '/data' }], env: { SIZE: '${settings.size}' } },
  ],
  integrations: [{ ...route, required: false }],
  settings: sizeSetting,
});

/** Everything that an App can have, in several versions. */
const wiki: Product = {
  definition: 'wiki',
  versions: ['1.2', '1.1', '1.0'],
  canHide: false,
  hasDatabase: true,
};
const wikiDefinition = definition(wiki.definition, {
  versions: wiki.versions.map((version) => ({ version, images: { app: `example.org/wiki:${version}` } })),
  stateful: true,
  workloads: [
    {
      name: 'app',
      ports,
      volumes: [{ name: 'data', path: '/data' }],
      env: { KEY: '${secret.key}', SIZE: '${settings.size}', URL: '${route.url}' },
    },
    { name: 'indexer', image: 'app', env: { SIZE: '${settings.size}' } },
  ],
  integrations: [database, route],
  secrets: [{ name: 'key', class: 'immutable' }],
  settings: sizeSetting,
});

/** What the products are, for the catalogue. They have their own, so that a soak stays what it is. */
export const definitions: readonly Resource[] = [readerDefinition, budgetDefinition, wikiDefinition];

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
