import { expect, test } from 'vitest';
import { clusterLabel } from './docker.ts';
import { givenCluster } from './given.ts';
import { k3sArguments } from './k3s.ts';

test('k3s keeps its state in our folder and writes no kubeconfig of anybody else', () => {
  const args = k3sArguments('local', '/state', 6444);
  expect(args).toContain('--data-dir=/state/k3s');
  expect(args).toContain('--write-kubeconfig=/state/kubeconfig');
  expect(args).toContain('--https-listen-port=6444');
  expect(args.join(' ')).toContain('--disable=traefik');
});

test('a container is found by the name of its cluster', () => {
  expect(clusterLabel('a')).not.toEqual(clusterLabel('b'));
});

test("somebody else's cluster is neither started, taken away, nor given images", async () => {
  const cluster = givenCluster('local', '/k');
  expect([...cluster.up(), ...cluster.wake()]).toEqual([]);
  expect(cluster.down().map(({ title }) => title)).toEqual(['Forget the cluster']);
  expect(await cluster.nodeAddress()).toBeUndefined();
  expect(await cluster.holdsData()).toBe(false);
  await expect(cluster.importImages('a.tar')).rejects.toThrow('push it to a registry');
  expect(await cluster.available()).toBe('There is no kubeconfig at /k.');
});
