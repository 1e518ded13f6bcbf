import { BlockList, isIPv6 } from 'node:net';

/** Where gateways are if nobody says otherwise: on this machine, or in a network of the home. */
export const INSIDE =
  '127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,::1/128,fc00::/7,fe80::/10';

/**
 * Whom to believe for whom they ask (`X-Forwarded-For`): whoever is connected to us and is in one of these ranges, and
 * nobody behind them. People at home have addresses of the same ranges, and could write anything before their own.
 */
export function trustGateways(ranges: readonly string[]): (address: string, hop: number) => boolean {
  const gateways = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    gateways.addSubnet(network, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (address, hop) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return hop === 0 && gateways.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}
