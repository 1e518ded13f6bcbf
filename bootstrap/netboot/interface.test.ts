import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { chooseInterface } from './interface.ts';

const ipv4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '52:54:00:00:00:02',
  internal,
  cidr: `${address}/24`,
});
const ipv6: NetworkInterfaceInfo = { ...ipv4('fd00::1'), family: 'IPv6', scopeid: 0 };
const all = { lo: [ipv4('127.0.0.1', true)], eth0: [ipv6, ipv4('192.168.1.5'), ipv4('10.0.0.1')] };

describe('the interface that is served on', () => {
  test('is the one that was named', () => {
    expect(chooseInterface('eth0', all, true)).toEqual({
      name: 'eth0',
      address: '192.168.1.5',
      mac: '52:54:00:00:00:02',
    });
  });

  test('has a real address rather than one that it gave itself', () => {
    const both = { eth0: [ipv4('169.254.7.7'), ipv4('192.168.1.5')] };
    expect(chooseInterface('eth0', both, true).address).toBe('192.168.1.5');
  });

  test.each([
    ['it is not there', 'eth1', all, false, 'There is no interface eth1 here; there is eth0.'],
    ['it is down, or has no address', 'eth1', all, true, 'eth1 has no IPv4 address, or is down'],
    ['it has addresses of IPv6 only', 'eth1', { eth1: [ipv6] }, true, 'eth1 has no IPv4 address'],
    ['nobody else is there', 'lo', all, true, 'lo leads nowhere but to this machine'],
  ])('is refused: %s', (_, name, interfaces, exists, sentence) => {
    expect(() => chooseInterface(name, interfaces, exists)).toThrow(sentence);
  });
});
