import type { EventResource } from '@hearth/domain';

/** A kind that is watched. */
export interface WatchedKind extends Pick<EventResource, 'group' | 'version' | 'kind' | 'plural'> {
  readonly namespaced: boolean;
  /** Labels of those of its objects that belong to the suite; without it, all do. */
  readonly selector?: string | undefined;
  /** Its objects are written to all the time: where nothing differs of what is recorded, it is no event. */
  readonly quiet?: boolean | undefined;
}

/** What to watch. */
export interface WatchedKinds {
  /** All kinds of this category. */
  readonly category: string;
  /** And these, where the API serves them. */
  readonly owned: readonly WatchedKind[];
}

/** What the suite makes bears this label. An object that loses it has left the suite, and counts as deleted. */
export const ownedBySuite = 'app.kubernetes.io/managed-by=hearth';

const owned =
  (group: string, version: string) =>
  (kind: string, plural: string): WatchedKind => ({
    group,
    version,
    kind,
    plural,
    namespaced: true,
    selector: ownedBySuite,
  });

const core = owned('', 'v1');
const apps = owned('apps', 'v1');
const network = owned('networking.k8s.io', 'v1');
const traefik = owned('traefik.io', 'v1alpha1');

/** What apps are made of. There are no Secrets among it: that one has changed shows in the status of its owner. */
const ownedKinds: readonly WatchedKind[] = [
  core('ConfigMap', 'configmaps'),
  core('PersistentVolumeClaim', 'persistentvolumeclaims'),
  { ...core('Pod', 'pods'), quiet: true },
  core('Service', 'services'),
  { ...apps('Deployment', 'deployments'), quiet: true },
  { ...apps('StatefulSet', 'statefulsets'), quiet: true },
  owned('batch', 'v1')('Job', 'jobs'),
  network('Ingress', 'ingresses'),
  network('NetworkPolicy', 'networkpolicies'),
  traefik('IngressRoute', 'ingressroutes'),
  traefik('Middleware', 'middlewares'),
  owned('cert-manager.io', 'v1')('Certificate', 'certificates'),
];

/** What the sink watches where nobody says otherwise: the suite, and what it makes. */
export const suiteKinds: WatchedKinds = { category: 'hearth', owned: ownedKinds };
