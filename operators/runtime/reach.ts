import type { Key } from './resource.ts';

/** Where to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Where this process reaches a port of a Service: its name in the cluster, or the local end of a port-forward
 * outside of it. Ask again for each use: a forward moves when its pod is replaced.
 */
export type Reach = (service: Key, port: number) => Promise<Address>;
