import type { Transport } from '@hearth/runtime';
import type { WatchedKind, WatchedKinds } from './kinds.ts';

/** What the API server serves, all in one answer (`apidiscovery.k8s.io/v2`, KEP-3352), as far as it matters here. */
export interface Discovery {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    /** The preferred one first. */
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind: string };
        readonly scope: string;
        readonly verbs: readonly string[];
        readonly categories?: readonly string[];
      }[];
    }[];
  }[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/**
 * Finds out which kinds there are to watch.
 * @throws where the API server can't say so in one answer, as before Kubernetes 1.30.
 */
export async function discoverKinds(
  transport: Pick<Transport, 'request'>,
  wanted: WatchedKinds,
  signal: AbortSignal,
): Promise<readonly WatchedKind[]> {
  const discovery = await transport.request<Discovery>({
    method: 'GET',
    path: '/apis',
    accept: AGGREGATED,
    signal,
  });
  if (discovery.kind !== 'APIGroupDiscoveryList')
    throw new Error('the API server does not know aggregated discovery: Kubernetes 1.30 or newer is needed');
  return chooseKinds(discovery, wanted);
}

/** The kinds to watch among those that are served. The core group is, always. */
export function chooseKinds(discovery: Discovery, { category, owned }: WatchedKinds): readonly WatchedKind[] {
  const served = servedKinds(discovery);
  const ofCategory = served.filter(({ categories }) => categories.includes(category));
  const known = new Set(served.map(({ kind }) => nameOf(kind)));
  return [
    ...ofCategory.map(({ kind }) => kind),
    ...owned.filter((kind) => kind.group === '' || known.has(nameOf(kind))),
  ];
}

const nameOf = ({ group, plural }: WatchedKind): string => `${plural}.${group}`;

interface Served {
  readonly kind: WatchedKind;
  readonly categories: readonly string[];
}

/** All that can be watched, each kind in its preferred version. */
function servedKinds({ items = [] }: Discovery): readonly Served[] {
  const all = items.flatMap(({ metadata, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources
        .filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch'))
        .map(({ resource, responseKind, scope, categories = [] }) => ({
          kind: {
            group: metadata?.name ?? '',
            version,
            kind: responseKind?.kind ?? '',
            plural: resource,
            namespaced: scope === 'Namespaced',
          },
          categories,
        })),
    ),
  );
  return [...Map.groupBy(all, ({ kind }) => nameOf(kind)).values()].flatMap(([preferred]) => preferred ?? []);
}
