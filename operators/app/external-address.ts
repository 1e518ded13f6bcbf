import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type App, PROVIDERS_NAMESPACE } from '@hearth/domain';
import { Stalled } from '@hearth/runtime';

/** What is at these addresses is inside of the machine, or of the cluster's own making. */
const inside = new BlockList();
inside.addSubnet('0.0.0.0', 8);
inside.addSubnet('127.0.0.0', 8);
inside.addSubnet('169.254.0.0', 16);
inside.addSubnet('::', 127, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** The Service that a name of the cluster's DNS means; none for a name or address outside of it. */
export function inCluster(host: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\.cluster\.local)?$/.exec(host) ?? [];
  return name && namespace ? { namespace, name } : undefined;
}

/** Whether admins wrote the App: only they may name what no one outside of the cluster could dial. */
const isTrusted = ({ metadata }: App): boolean => metadata.namespace === PROVIDERS_NAMESPACE;

/**
 * Refuses the host of an external App that would have the suite, which may dial everything, knock where the App's
 * person couldn't.
 * @throws Stalled saying which hosts may be named.
 */
export function refuseHost(app: App): void {
  const host = app.spec.external?.host ?? '';
  if (isTrusted(app)) return;
  const service = inCluster(host);
  const isOthers = service
    ? service.namespace !== app.metadata.namespace
    : /(^|\.)(svc|cluster\.local)$/.test(host);
  if (isOthers) refuse(app, `${host} is not a Service of its own namespace`);
  if (host === 'localhost' || host.endsWith('.localhost')) refuse(app, `${host} is the machine itself`);
  if (isIP(host) !== 0) refuseAddress(app, host);
}

/**
 * Refuses what the host's name came to.
 * @throws Stalled saying which hosts may be named.
 */
export function refuseAddress(app: App, address: string): void {
  if (isTrusted(app) || !inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return;
  refuse(app, `${address} is an address inside of the machine`);
}

/**
 * The host as it is dialled. The resolver of a pod would try a short name as one of the cluster's first; a name that
 * ends in a dot is meant as it stands.
 */
export function dialledHost(app: App): string {
  const host = app.spec.external?.host ?? '';
  return isTrusted(app) || isIP(host) !== 0 ? host : `${host}.`;
}

/**
 * The host to dial, with its name looked up where not only admins write: so that what is dialled is what was looked at.
 * @throws Stalled saying which hosts may be named; what the resolver throws, where it knows no such name.
 */
export async function addressOf(app: App): Promise<string> {
  const host = dialledHost(app);
  if (isTrusted(app)) return host;
  const { address } = await lookup(host);
  refuseAddress(app, address);
  return address;
}

function refuse({ metadata }: App, why: string): never {
  throw new Stalled(
    'AddressRefused',
    `App ${metadata.namespace}/${metadata.name}: ${why}. An App may name a Service of its own namespace, or an ` +
      `address outside of the cluster; one in ${PROVIDERS_NAMESPACE}, where only admins write, may name any.`,
  );
}
