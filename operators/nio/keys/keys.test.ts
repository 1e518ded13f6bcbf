import { Secret, type SecretObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { type KeyStore, nioKeys } from './keys.ts';

const place = { namespace: 'hearth-system', name: 'hearth-nio-tls' };

function store(context = fakeContext()): KeyStore & { readonly context: typeof context } {
  return {
    context,
    live: context.read.live,
    create: (secret) => context.act.create(secret),
  };
}

test('keys are made once and stay', async () => {
  const keys = store();
  const made = await nioKeys(keys, 'hearth-system');
  expect(await nioKeys(keys, 'hearth-system')).toEqual(made);
  expect(keys.context.created).toHaveLength(1);
  expect(made.pin).toHaveLength(32);
  expect(made.challenges).not.toEqual(made.digests);
});

test('two replicas that start at the same time have the same keys', async () => {
  const { context, ...keys } = store();
  const both = await Promise.all([nioKeys(keys, 'hearth-system'), nioKeys(keys, 'hearth-system')]);
  expect(both[0]).toEqual(both[1]);
});

test.each([
  ['nothing', {}],
  ['no certificate', { 'tls.crt': 'bm9uZQ==' }],
  ['no secret', { secret: '' }],
])('a Secret that was changed is not replaced: %s', async (_, change) => {
  const keys = store();
  await nioKeys(keys, 'hearth-system');
  const secret = keys.context.read.get(Secret, place) as SecretObject;
  const data = Object.keys(change).length === 0 ? {} : { ...secret.data, ...change };
  const spoilt = store(fakeContext({ objects: [{ ...secret, data } as SecretObject] }));
  await expect(nioKeys(spoilt, 'hearth-system')).rejects.toThrow('restore it from a backup');
  expect(spoilt.context.created).toHaveLength(0);
});
