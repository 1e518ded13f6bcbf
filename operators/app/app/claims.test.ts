import { PersistentVolumeClaim, type PersistentVolumeClaimObject, Stalled, Waiting } from '@hearth/runtime';
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

it.each([
  ['a volume', left],
  ['a claim that has no volume yet', { ...left, status: { phase: 'Pending' } }],
])('says that %s can’t shrink, and leaves it alone', async (_, there) => {
  const context = fakeContext({ objects: [there] });
  await expect(keepClaims(inputFor('10Gi'), context)).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'VolumeTooLarge',
    message: expect.stringContaining('set the size of data in spec.volumes to 20Gi or more'),
  });
  expect([context.applied, context.patched]).toEqual([[], []]);
});

it('lets a person take back a wish that the storage could not grant', async () => {
  const wished = { ...left.spec, resources: { requests: { storage: '1Ti' } } } as typeof left.spec;
  const context = fakeContext({ objects: [{ ...left, ...(wished && { spec: wished }) }] });
  await keepClaims(inputFor('20Gi'), context);
  expect(context.read.list(PersistentVolumeClaim)[0]?.spec).toEqual(left.spec);
});

it.each([Stalled, Waiting])(
  'says of what the API server refuses that it is a volume: %o',
  async (Refusal) => {
    const context = fakeContext();
    const act = {
      ...context.act,
      apply: () => Promise.reject(new Refusal('Refused', 'a quota.', { after: 1 })),
    };
    await expect(keepClaims(inputFor(undefined), { ...context, act })).rejects.toMatchObject({
      name: Refusal.name,
      reason: 'VolumeRefused',
      message: 'Volume x-data can’t become what is asked: a quota.',
      detail: { after: 1 },
    });
  },
);
