import { describe, expect, test } from 'vitest';
import { corefile } from './addons/dns.ts';
import { componentArguments } from './components.ts';
import { cniConfiguration, containerdConfiguration } from './configuration/containerd.ts';
import { kubeletConfiguration } from './configuration/kubelet.ts';
import { type Facts, PREFERRED_PORTS } from './facts.ts';
import { layoutOf } from './layout.ts';
import { defaultDevice } from './network.ts';
import { buildArguments, moduleDigest, moduleOf, TOOL_MODULES } from './tools.ts';

const layout = layoutOf('local', '/state/local');
const facts: Facts = { ports: { ...PREFERRED_PORTS, apiserver: 7443, etcd: 7379 }, boot: 'b', sysctls: {} };

describe('the processes of a node', () => {
  const all = componentArguments(layout, facts);

  test('meet each other at the ports that were chosen', () => {
    expect(all.etcd).toContain('--listen-client-urls=https://127.0.0.1:7379');
    expect(all['kube-apiserver']).toContain('--etcd-servers=https://127.0.0.1:7379');
    expect(all['kube-apiserver']).toContain('--secure-port=7443');
  });

  test('write nowhere but into the folder', () => {
    const paths = Object.values(all)
      .flat()
      .flatMap((argument) => /=(\/.*)$/.exec(argument)?.[1] ?? []);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !path.startsWith('/state/local/'))).toEqual([]);
  });

  test('carry no secret in their arguments', () => {
    expect(Object.values(all).flat().join(' ')).not.toMatch(/BEGIN|token=|password/i);
  });
});

test("containerd's configuration names no place of another containerd", () => {
  const toml = containerdConfiguration(layout, 'hearth.local/pause:1', '/usr/lib/cni');
  const paths = [...toml.matchAll(/"(\/[^"]*)"/g)].map((match) => match[1] ?? '');
  expect(paths.filter((path) => !path.startsWith('/state/local/'))).toEqual(['/usr/lib/cni']);
});

test('the CNI network hands out addresses, maps host ports and is let through the firewall', () => {
  const { plugins } = JSON.parse(cniConfiguration(layout, 1400)) as {
    plugins: { type: string; mtu?: number }[];
  };
  expect(plugins.map((plugin) => plugin.type)).toEqual(['bridge', 'portmap', 'firewall']);
  expect(plugins[0]?.mtu).toBe(1400);
});

test('the kubelet never collects images, which could not be pulled again', () => {
  const configuration = kubeletConfiguration(layout, facts.ports, '/etc/resolv.conf');
  expect(configuration).toMatchObject({ imageGCHighThresholdPercent: 100, cgroupRoot: '/hearth-local' });
});

test("CoreDNS imports a home's rules into its one server block", () => {
  expect(corefile()).toMatch(/^\.:1053 \{.*import \/etc\/coredns\/custom\/\*\.override.*\n\}/s);
});

describe('a layout', () => {
  test.each([
    ['/x'.repeat(60), 'too long'],
    ['/state/with space', 'plain path'],
    ['/state/a:b', 'plain path'],
  ])('refuses %s', (folder, message) => {
    expect(() => layoutOf('local', folder)).toThrow(message);
  });
});

test('finds the device of the default route', () => {
  const table = 'Iface\tDestination\tGateway\nhearth0\t0000D60A\t00000000\neth0\t00000000\t010200C0\n';
  expect(defaultDevice(table)).toBe('eth0');
  expect(defaultDevice('Iface\tDestination\n')).toBeUndefined();
});

describe('a pinned module', () => {
  test('names its digest after pins and flags', async () => {
    const digests = await Promise.all(TOOL_MODULES.map((module) => moduleDigest(module)));
    expect(new Set(digests).size).toBe(TOOL_MODULES.length);
    const kubernetes = moduleOf('kubelet');
    expect(await moduleDigest({ ...kubernetes, ldflags: '' })).not.toBe(await moduleDigest(kubernetes));
  });

  test('is built without a path of this machine in it', () => {
    const args = buildArguments(moduleOf('kubelet'), 'kubelet', '/out');
    expect(args).toContain('-trimpath');
    expect(args.at(-1)).toBe('k8s.io/kubernetes/cmd/kubelet');
  });

  test('must be known', () => {
    expect(() => moduleOf('nothing')).toThrow('No pinned module builds nothing.');
  });
});
