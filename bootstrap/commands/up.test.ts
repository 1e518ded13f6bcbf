import { expect, test } from 'vitest';
import { upText } from './up.ts';

const cluster = { name: 'home', kubeconfig: '/k' };

test('who brings up a cluster that keeps no pod from another is told so', () => {
  expect(upText({ ...cluster, driver: 'native' }, 1000, false)).toMatch(
    /^The cluster home is up.*\nNothing enforces/,
  );
  expect(upText({ ...cluster, driver: 'k3s' }, 1000, false)).toBe(
    'The cluster home is up (1.0 s). Its kubeconfig: /k',
  );
});

test('a home that may be thrown away is told to who may have forgotten that', () => {
  expect(upText({ ...cluster, driver: 'k3s' }, 1000, true)).toContain(
    'kiko kubectl label home home hearth.dev/demo-',
  );
});
