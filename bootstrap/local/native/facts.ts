import { readFile } from 'node:fs/promises';
import { readIfThere, writeWhole } from '../../files.ts';
import { choosePorts, holderOf, isFree } from '../ports.ts';
import type { Layout } from './layout.ts';
import { readSysctls } from './network.ts';
import { components } from './processes.ts';

/** The TCP ports that a cluster uses on the host, and those that it would like. */
export const PREFERRED_PORTS = {
  apiserver: 6443,
  etcd: 2379,
  etcdPeer: 2380,
  kubelet: 10250,
  kubeletHealth: 10248,
  controllerManager: 10257,
  scheduler: 10259,
  proxyHealth: 10256,
  proxyMetrics: 10249,
  https: 443,
} as const;

/** The name of a port. */
export type PortName = keyof typeof PREFERRED_PORTS;

/** What has to be remembered of a cluster: everything else is seen on the system, or made again. */
export interface Facts {
  readonly ports: Readonly<Record<PortName, number>>;
  /** The boot that the cluster last came up in: what containerd keeps of running pods is void after another. */
  readonly boot: string;
  /** The kernel settings from before the cluster first came up, which `down` puts back. */
  readonly sysctls: Readonly<Record<string, string>>;
}

/** The cgroup that all pods of the cluster are in. */
export const cgroupRoot = (name: string): string => `/hearth-${name}`;

/** The facts as the last `up` left them; undefined before the first. */
export async function readFacts(layout: Layout): Promise<Facts | undefined> {
  const text = await readIfThere(layout.facts);
  return text === undefined ? undefined : (JSON.parse(text) as Facts);
}

/** The id of the boot that the machine is in. */
export const currentBoot = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/**
 * Chooses what is to be remembered and writes it down, before anything is started. While any component runs, its
 * ports are its own and stay as they are; else each is looked at again. `tell` hears of a port that was taken.
 */
export async function settleFacts(layout: Layout, tell: (note: string) => void): Promise<Facts> {
  const before = await readFacts(layout);
  const running = components(layout.folder).length > 0;
  const ports =
    running && before ? before.ports : await choosePorts(PREFERRED_PORTS, before?.ports ?? {}, isFree);
  const facts = { ports, boot: await currentBoot(), sysctls: before?.sysctls ?? (await readSysctls()) };
  await writeWhole(layout.facts, `${JSON.stringify(facts, undefined, 2)}\n`);
  if (ports.https !== PREFERRED_PORTS.https) {
    const holder = holderOf(PREFERRED_PORTS.https) ?? 'another process';
    tell(`port ${PREFERRED_PORTS.https} is held by ${holder}, so HTTPS is on ${ports.https}`);
  }
  return facts;
}
