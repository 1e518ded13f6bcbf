import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

/**
 * The addresses of a native cluster. The node's own address is the bridge's, which is the same wherever a laptop
 * is carried to, and which nobody outside of the machine can reach.
 */
export const NETWORK = {
  bridge: 'hearth0',
  podCIDR: '10.214.0.0/22',
  podPrefixLength: 22,
  nodeAddress: '10.214.0.1',
  serviceCIDR: '10.215.0.0/20',
  apiServiceAddress: '10.215.0.1',
  dnsAddress: '10.215.0.10',
  clusterDomain: 'cluster.local',
} as const;

/** Kernel settings that a node needs, or that a kubelet and kube-proxy set unasked. */
const SYSCTLS = [
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/route_localnet',
  'net/bridge/bridge-nf-call-iptables',
  'net/bridge/bridge-nf-call-ip6tables',
  'vm/overcommit_memory',
  'kernel/panic',
  'kernel/panic_on_oops',
] as const;

const NEEDED = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables'] as const;

/** The kernel settings as they are now. Those that this kernel does not have are left out. */
export async function readSysctls(): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const name of SYSCTLS) {
    const text = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => undefined);
    if (text !== undefined) values[name] = text.trim();
  }
  return values;
}

/** Writes kernel settings that differ. One that the kernel no longer has is passed over. */
export async function writeSysctls(values: Readonly<Record<string, string>>): Promise<void> {
  const now = await readSysctls();
  for (const [name, value] of Object.entries(values)) {
    if (now[name] !== undefined && now[name] !== value) await writeFile(`/proc/sys/${name}`, value);
  }
}

/**
 * Makes the bridge that pods are joined to, with the node's address on it, before the first pod would: the API
 * server listens on that address.
 */
export async function ensureNetwork(): Promise<void> {
  const { bridge, nodeAddress, podPrefixLength, serviceCIDR } = NETWORK;
  const links = await execa('ip', ['-j', 'link', 'show']);
  if (!linkNames(links.stdout).includes(bridge)) await execa('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await execa('ip', ['address', 'replace', `${nodeAddress}/${podPrefixLength}`, 'dev', bridge]);
  await execa('ip', ['link', 'set', bridge, 'up']);
  // Services are reached from the host without a default route as well: on a laptop that is offline.
  await execa('ip', ['route', 'replace', serviceCIDR, 'dev', bridge]);
  // Some kernels have bridge netfilter as a module that only the first use of it loads.
  await execa('modprobe', ['br_netfilter'], { reject: false });
  await writeSysctls(Object.fromEntries(NEEDED.map((name) => [name, '1'])));
}

/** The names in what `ip -j link show` prints. */
export function linkNames(json: string): string[] {
  return (JSON.parse(json || '[]') as { ifname: string }[]).map((link) => link.ifname);
}

/** The MTU of the link that has the default route, for pods to use as well; undefined without a route. */
export async function outerMTU(): Promise<number | undefined> {
  const device = defaultDevice(await readFile('/proc/net/route', 'utf8'));
  if (!device) return undefined;
  const text = await readFile(`/sys/class/net/${device}/mtu`, 'utf8').catch(() => undefined);
  return text ? Number(text) : undefined;
}

/** The device of the default route in `/proc/net/route`. */
export function defaultDevice(table: string): string | undefined {
  const rows = table.split('\n').slice(1);
  return rows.map((row) => row.split('\t')).find((row) => row[1] === '00000000')?.[0];
}
