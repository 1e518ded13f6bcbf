import type { Step } from '../steps.ts';

/** The ways to a local cluster, in the order in which they are tried. */
export const DRIVERS = ['native', 'k3s', 'docker', 'kubeconfig'] as const;

/** The name of a driver. */
export type DriverName = (typeof DRIVERS)[number];

/** How a cluster is, for `kiko status`. */
export interface ClusterStatus {
  readonly name: string;
  readonly driver: DriverName;
  readonly state: 'absent' | 'stopped' | 'degraded' | 'running';
  /** Processes or conditions by name, and whether each is well. */
  readonly parts: Readonly<Record<string, boolean>>;
}

/** A cluster on, or reached from, this machine. The steps of `up` and `down` are safe to repeat and to cut off. */
export interface LocalCluster {
  readonly driver: DriverName;
  readonly name: string;
  /** The file through which it is reached, which exists once it is up. Never the user's own. */
  readonly kubeconfig: string;
  /** Why it can't be used on this machine, in a sentence; undefined when it can. */
  available(): Promise<string | undefined>;
  up(): readonly Step[];
  /** Takes everything away again, the cluster's data too. */
  down(): readonly Step[];
  status(): Promise<ClusterStatus>;
  /** Whether a cluster's data may be there, seen without asking its API. */
  holdsData(): Promise<boolean>;
  /** Brings up as little as is needed to read from the API. */
  wake(): readonly Step[];
  /** Gives the node the images of a docker-archive or OCI archive. */
  importImages(archive: string): Promise<void>;
  /** The names of the images that the node has. */
  images(): Promise<string[]>;
  /** The node's address, as this machine reaches it; undefined where only the cluster's owner can say. */
  nodeAddress(): Promise<string | undefined>;
  /** The host's port for HTTPS, which the ingress takes as its hostPort. */
  httpsPort(): Promise<number>;
}
