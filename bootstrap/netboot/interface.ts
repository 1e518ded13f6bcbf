import { existsSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { Failure } from '../failure.ts';

/** The one interface of this machine on which network boot is served. */
export interface ServedInterface {
  readonly name: string;
  /** Its IPv4 address. */
  readonly address: string;
  readonly mac: string;
}

/** What is known of the interface of that name. @throws Failure where it can’t be served on. */
export const servedInterface = (name: string): ServedInterface =>
  chooseInterface(name, networkInterfaces(), existsSync(`/sys/class/net/${encodeURIComponent(name)}`));

/** Decides it: `exists` tells an interface without an address, which `all` does not list, from none at all. */
export function chooseInterface(
  name: string,
  all: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
  exists: boolean,
): ServedInterface {
  const addresses = (all[name] ?? []).filter(({ family }) => family === 'IPv4');
  // 169.254.0.0/16 is what an interface gives itself that got no address: nobody else is there to be reached.
  const usable = addresses.find(({ address }) => !address.startsWith('169.254.')) ?? addresses[0];
  if (usable?.internal)
    throw new Failure(`${name} leads nowhere but to this machine; name one that leads to the others.`);
  if (usable) return { name, address: usable.address, mac: usable.mac };
  if (exists || all[name])
    throw new Failure(
      `${name} has no IPv4 address, or is down: it needs one of its own on the network that it serves.`,
    );
  const others = Object.entries(all).filter(([, list]) =>
    list?.some(({ internal, family }) => !internal && family === 'IPv4'),
  );
  const names = others.map(([other]) => other).join(', ');
  throw new Failure(`There is no interface ${name} here${names ? `; there is ${names}` : ''}.`);
}
