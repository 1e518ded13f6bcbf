import { expect, test } from 'vitest';
import { linksOfBridge } from './links.ts';

const LINKS = JSON.stringify([
  { ifname: 'lo' },
  { ifname: 'eth0' },
  { ifname: 'hearth0' },
  { ifname: 'vethe4a9ec34', master: 'hearth0', link_netnsid: 0 },
  { ifname: 'veth8578ab00', master: 'docker0', link_netnsid: 1 },
]);

test('finds the bridge and what is joined to it', () => {
  expect(linksOfBridge(LINKS, 'hearth0')).toEqual(['vethe4a9ec34', 'hearth0']);
});

test('finds nothing where there is no such bridge', () => {
  expect(linksOfBridge(LINKS, 'hearth1')).toEqual([]);
  expect(linksOfBridge('', 'hearth0')).toEqual([]);
});
