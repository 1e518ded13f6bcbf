/** The namespace of the suite itself. */
export const systemNamespace = 'hearth-system';

/** The field manager and the `managed-by` label of everything that the suite makes. */
export const manager = 'hearth';

export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  definition: 'app.kubernetes.io/name',
  app: 'app.kubernetes.io/instance',
  workload: 'app.kubernetes.io/component',
  /** `tombstone` on what a retained resource left behind. */
  retained: 'apps.hearth.dev/retained',
} as const;

export const annotations = {
  /** A keyed digest of what the pods were given; another one restarts them. */
  configHash: 'apps.hearth.dev/config-hash',
  /** `true` on a deleted resource: let it go, though what it has elsewhere can't be undone. */
  forget: 'apps.hearth.dev/forget',
} as const;

/** Selects, among all Secrets, those that the suite made: the only ones that it keeps in memory. */
export const managedSelector = `${labels.managedBy}=${manager}`;

/** The ConfigMap of each namespace with apps that holds the certificate of the home's authority. */
export const authorityMap = 'hearth-ca';

/** Its key, and the file in pods. */
export const authorityFile = 'ca.crt';

/** Where pods find it: a directory of its own. */
export const authorityDirectory = '/etc/hearth';

/** The Secret into which the values of an App's environment are rendered. */
export const environmentSecretName = (app: string): string => `${app}-env`;

/** The Secret that holds what an App's definition says to generate. */
export const generatedSecretName = (app: string): string => `${app}-secrets`;

/** A child of an App: its Database `rss-db`, its volume `rss-data`. */
export const childName = (app: string, part: string): string => `${app}-${part}`;

/** The Secret of a binding, where the integration doesn't name one. */
export const bindingSecretName = (integration: string): string => `${integration}-binding`;

/** The Deployment and Service of a workload; the first has the App's own name. */
export const workloadName = (app: string, workload: string, index: number): string =>
  index === 0 ? app : childName(app, workload);
