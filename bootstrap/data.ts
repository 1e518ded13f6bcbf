import { Failure } from './failure.ts';
import type { Kubectl } from './kubectl.ts';

/** What a cluster's API says of the data that would go with it. */
export interface StoredData {
  /** The Home, when there is one. */
  readonly home?: { readonly name: string; readonly domain?: string; readonly demo: boolean };
  /** `namespace/name` of each claim and Database. */
  readonly claims: readonly string[];
  readonly databases: readonly string[];
  /** `namespace/name` of each Machine: it trusts the key of this home, and no other. */
  readonly machines: readonly string[];
}

/** The label of a home that was only ever a demonstration. */
export const DEMO_LABEL = 'hearth.dev/demo';

/**
 * Why the cluster must not be taken away, in a sentence; undefined when it may. The data of a demonstration, or
 * of a home that was named, may go.
 */
export function reasonToKeep(
  data: StoredData,
  cluster: string,
  named: string | undefined,
): string | undefined {
  if (data.claims.length + data.databases.length + data.machines.length === 0 || data.home?.demo)
    return undefined;
  const names = data.home ? [data.home.name, data.home.domain] : [cluster];
  if (named !== undefined && names.includes(named)) return undefined;
  const whose = data.home ? `The home ${data.home.domain ?? data.home.name}` : `The cluster ${cluster}`;
  const what = [
    count(data.claims.length, 'volume'),
    count(data.databases.length, 'database'),
    count(data.machines.length, 'machine'),
  ].filter(Boolean);
  return `${whose} holds data (${what.join(', ')}); to delete it, run kiko down --delete-data ${names.at(-1) ?? names[0]}.`;
}

const count = (number: number, thing: string): string | undefined =>
  number === 0 ? undefined : `${number} ${thing}${number === 1 ? '' : 's'}`;

interface Listed {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>;
    };
    readonly spec?: { readonly domain?: string };
  }[];
}

/** Asks the API what is stored. Kinds that the cluster does not know have nothing stored. */
export async function storedData(kubectl: Kubectl): Promise<StoredData> {
  const kinds = new Set((await kubectl(['get', '--raw', '/apis'])).match(/[a-z.]*hearth\.dev/g) ?? []);
  const known = async (resource: string, group: string): Promise<Listed['items']> =>
    kinds.has(group) ? list(kubectl, `${resource}.${group}`) : [];
  const homes = await known('homes', 'hearth.dev');
  const home = homes.find((item) => item.metadata.name === 'home');
  return {
    claims: (await list(kubectl, 'persistentvolumeclaims')).map(fullName),
    databases: (await known('databases', 'apps.hearth.dev')).map(fullName),
    machines: (await known('machines', 'nio.hearth.dev')).map(fullName),
    ...(home ? { home: describeHome(home) } : {}),
  };
}

function describeHome({ metadata, spec }: Listed['items'][number]): NonNullable<StoredData['home']> {
  const demo = metadata.labels?.[DEMO_LABEL] === 'true';
  return { name: metadata.name, demo, ...(spec?.domain ? { domain: spec.domain } : {}) };
}

const fullName = ({ metadata }: Listed['items'][number]): string => `${metadata.namespace}/${metadata.name}`;

async function list(kubectl: Kubectl, resource: string): Promise<Listed['items']> {
  const text = await kubectl(['get', resource, '--all-namespaces', '--ignore-not-found', '--output=json']);
  return text ? (JSON.parse(text) as Listed).items : [];
}

/** @throws Failure when the cluster holds data that was not named. */
export function refuseToLose(data: StoredData, cluster: string, named: string | undefined): void {
  const reason = reasonToKeep(data, cluster, named);
  if (reason) throw new Failure(reason);
}
