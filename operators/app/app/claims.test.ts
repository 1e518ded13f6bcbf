import { PersistentVolumeClaim, type PersistentVolumeClaimObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { appOf, definitionOf, homeOf, inputOf } from '../testing/fixtures.ts';
import { appLabels } from '../workload/input.ts';
import { keepClaims } from './claims.ts';

const definition = definitionOf('x', {
  workloads: [{ name: 'app', volumes: [{ name: 'data', path: '/data', size: '5Gi' }] }],
});
const inputFor = (size: string | undefined) =>
  inputOf(
    definition,
    appOf('x', size === undefined ? {} : { volumes: [{ name: 'data', size }] }),
    homeOf({ storageClass: 'fast' }),
  );

/** The claim that the App left, of another class, which was enlarged to 20Gi. */
const left: PersistentVolumeClaimObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {
    namespace: 'home',
    name: 'x-data',
    labels: { ...appLabels(appOf('x')), 'apps.hearth.dev/retained': 'tombstone' },
  },
  spec: {
    accessModes: ['ReadWriteMany'],
    resources: { requests: { storage: '20Gi' } },
    storageClassName: 'old',
  },
  status: { phase: 'Bound', capacity: { storage: '20Gi' } },
};

it.each([
  ['keeps the size that it has', undefined, '20Gi'],
  ['grows as its person says', '30Gi', '30Gi'],
])('a volume that is there %s, and its class', async (_, size, storage) => {
  const context = fakeContext({ objects: [left] });
  await keepClaims(inputFor(size), context);
  const [claim] = context.read.list(PersistentVolumeClaim);
  expect(claim?.spec).toEqual({ ...left.spec, resources: { requests: { storage } } });
  expect(claim?.metadata.labels).not.toHaveProperty(['apps.hearth.dev/retained']);
});

it('says that a volume can’t shrink, and leaves it alone', async () => {
  const context = fakeContext({ objects: [left] });
  await expect(keepClaims(inputFor('10Gi'), context)).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'VolumeTooLarge',
    message: expect.stringContaining('set the size of data in spec.volumes to 20Gi or more'),
  });
  expect([context.applied, context.patched]).toEqual([[], []]);
});
