import { describe, expect, test } from 'vitest';
import { type Availability, chooseDriver, clusterWith, type DriverChoice, type Wish } from './choose.ts';

const ALL: Availability = { native: undefined, k3s: undefined, docker: undefined, kubeconfig: 'Not given.' };
const NO_ROOT: Availability = { ...ALL, native: 'Needs root.', k3s: 'Needs root.' };
const NONE: Availability = {
  native: 'Needs root.',
  k3s: 'No k3s.',
  docker: 'No docker.',
  kubeconfig: 'Not given.',
};

describe('chooseDriver', () => {
  test.each<[string, Wish, DriverChoice | undefined, Availability, DriverChoice]>([
    ['the first that is available', {}, undefined, ALL, { driver: 'native' }],
    ['the next where the first is not', {}, undefined, NO_ROOT, { driver: 'docker' }],
    ['what was asked for', { driver: 'k3s' }, undefined, ALL, { driver: 'k3s' }],
    ['what it came up with', {}, { driver: 'docker' }, ALL, { driver: 'docker' }],
    [
      'the kubeconfig that was given',
      { kubeconfig: '/k' },
      undefined,
      { ...ALL, kubeconfig: undefined },
      { driver: 'kubeconfig', kubeconfig: '/k' },
    ],
  ])('takes %s', (_, wish, before, reasons, expected) => {
    expect(chooseDriver(wish, before, reasons)).toEqual(expected);
  });

  test.each<[string, Wish, DriverChoice | undefined, Availability, string]>([
    ['all reasons when none is available', {}, undefined, NONE, 'Needs root. No k3s. No docker. Not given.'],
    ['the reason of the one that was asked for', { driver: 'k3s' }, undefined, NONE, 'No k3s.'],
    [
      'that the name is another cluster’s',
      { kubeconfig: '/other' },
      { driver: 'kubeconfig', kubeconfig: '/k' },
      { ...ALL, kubeconfig: undefined },
      'stands for the cluster of /k',
    ],
    ['that another was used before', { driver: 'k3s' }, { driver: 'native' }, ALL, 'run kiko down before'],
  ])('says %s', (_, wish, before, reasons, message) => {
    expect(() => chooseDriver(wish, before, reasons)).toThrow(message);
  });
});

test.each(['', '../etc', 'A', 'a b', '-a', 'a'.repeat(40)])('%j is no name of a cluster', (name) => {
  expect(() => clusterWith(name, { driver: 'native' })).toThrow("can't be a cluster's name");
});
