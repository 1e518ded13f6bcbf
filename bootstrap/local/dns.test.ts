import { describe, expect, test } from 'vitest';
import { homeDnsConfigMap, homeDomainRule } from './dns.ts';

const rule = homeDomainRule('hearth.home.arpa', { namespace: 'hearth-system', name: 'traefik' });

test('the rule answers by the name that was asked for, with the address of the Service', () => {
  expect(rule).toContain('traefik.hearth-system.svc.cluster.local');
  expect(rule).toContain('answer auto');
});

describe('the pattern', () => {
  const pattern = new RegExp(/name regex (\S+)/.exec(rule)?.[1] ?? '$^');
  test.each([
    ['hearth.home.arpa.', true],
    ['rss.hearth.home.arpa.', true],
    ['a.b.hearth.home.arpa.', true],
    ['xhearth.home.arpa.', false],
    ['hearth.home.arpa.example.com.', false],
    ['hearthxhome.arpa.', false],
  ])('%s: %s', (name, expected) => {
    expect(pattern.test(name)).toBe(expected);
  });
});

test('the ConfigMap is the one that k3s imports as well', () => {
  const map = homeDnsConfigMap('hearth.home.arpa', { namespace: 'a', name: 'b' });
  expect(map.metadata).toEqual({ name: 'coredns-custom', namespace: 'kube-system' });
  expect(Object.keys(map.data).every((key) => key.endsWith('.override'))).toBe(true);
});
