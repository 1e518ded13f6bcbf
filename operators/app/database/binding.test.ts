import { Secret, type SecretObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { encodeSecret } from '../binding.ts';
import { boundPassword, requireOwnSecret, unseenSecret } from './binding.ts';
import { aDatabase } from './testing/cluster.ts';

const database = aDatabase('home', 'rss-db');
const { apiVersion, kind } = database;
const secretOf = (uid: string, owner = database.metadata.name): SecretObject => ({
  apiVersion: 'v1',
  kind: Secret.kind,
  metadata: {
    namespace: 'home',
    name: 'rss-db-binding',
    ownerReferences: [{ apiVersion, kind, name: owner, uid, controller: true }],
  },
  data: encodeSecret({ password: 'correct-horse' }),
});

/** Reads as the caches do where a Secret has lost its labels. */
const readOf = (secret: SecretObject) => {
  const { read } = fakeContext({ objects: [secret] });
  return { ...read, get: () => undefined, owned: () => [] };
};

describe('a binding Secret that has lost its labels', () => {
  it('keeps its password', async () => {
    const read = readOf(secretOf(database.metadata.uid ?? ''));
    expect(boundPassword(database, read, await requireOwnSecret(database, read))).toBe('correct-horse');
    expect(boundPassword(database, read, await unseenSecret(database, read))).toBe('correct-horse');
  });

  it.each([
    ['a former Database’s', 'rss-db', { name: 'Waiting', reason: 'SecretLeaving' }],
    ['somebody else’s', 'wiki', { name: 'Stalled', reason: 'SecretTaken' }],
  ])('is %s', async (_, owner, refusal) => {
    const read = readOf(secretOf('another', owner));
    await expect(requireOwnSecret(database, read)).rejects.toMatchObject(refusal);
    expect(await unseenSecret(database, read)).toBeUndefined();
  });
});
