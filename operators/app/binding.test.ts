import { Secret, type SecretObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import { bindingDigestKey } from './binding.ts';

const holding = (data: Record<string, string>): SecretObject => ({
  apiVersion: 'v1',
  kind: Secret.kind,
  metadata: { namespace: 'hearth-system', name: 'hearth-digest-key' },
  data,
});

it('makes the key of digests once', async () => {
  const context = fakeContext();
  const key = await bindingDigestKey(context);
  expect(key).toHaveLength(32);
  expect(await bindingDigestKey(context)).toEqual(key);
  expect(context.created).toHaveLength(1);
});

it.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['an empty key', { key: '' }],
  ['a key that can be guessed', { key: 'YQ==' }],
])('digests nothing where the Secret holds %s', async (_, data) => {
  const context = fakeContext({ objects: [holding(data)] });
  await expect(bindingDigestKey(context)).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'DigestKeyUnreadable',
    message: expect.stringContaining('Secret hearth-system/hearth-digest-key'),
  });
});
