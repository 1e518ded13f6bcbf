import { expect, test } from 'vitest';
import { missingPackages, NATIVE_PACKAGES } from './prerequisites.ts';

test('names the packages of which nothing is there', async () => {
  const there = new Set(['/usr/sbin/runc', '/opt/cni/bin/bridge']);
  const missing = await missingPackages(NATIVE_PACKAGES, async (file) => there.has(file));
  expect(missing).toEqual(['containerd', 'iptables', 'nftables', 'conntrack', 'iproute2', 'mount']);
});
