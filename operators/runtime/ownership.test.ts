import { expect, test } from 'vitest';
import { OWNER_LABEL, ownerKey, ownerUid, withOwner } from './ownership.ts';

const App = { apiVersion: 'apps.hearth.dev/v1alpha1', kind: 'App', namespaced: true };
const owner = {
  apiVersion: App.apiVersion,
  kind: 'App',
  metadata: { name: 'rss', namespace: 'home', uid: 'u-1' },
};
const secret = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace, labels: { a: 'b' } },
});

test('in one namespace an owner is named by reference', () => {
  const owned = withOwner(secret('home'), owner);
  expect(owned.metadata).toEqual({
    name: 's',
    namespace: 'home',
    labels: { a: 'b' },
    ownerReferences: [
      {
        apiVersion: App.apiVersion,
        kind: 'App',
        name: 'rss',
        uid: 'u-1',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  expect(ownerUid(owned)).toBe('u-1');
  expect(ownerKey(owned, App)).toEqual({ namespace: 'home', name: 'rss' });
});

test('across namespaces an owner is named by label and annotation, which garbage collection leaves alone', () => {
  const owned = withOwner(secret('hearth-providers'), owner);
  expect(owned.metadata).not.toHaveProperty('ownerReferences');
  expect(owned.metadata.labels).toEqual({ a: 'b', [OWNER_LABEL]: 'u-1' });
  expect(ownerUid(owned)).toBe('u-1');
  expect(ownerKey(owned, App)).toEqual({ namespace: 'home', name: 'rss' });
});

test('an owner of another kind or group is no owner, one of another version is', () => {
  const owned = withOwner(secret('home'), owner);
  expect(ownerKey(owned, { ...App, kind: 'Plan' })).toBeUndefined();
  expect(ownerKey(owned, { ...App, apiVersion: 'other.dev/v1' })).toBeUndefined();
  expect(ownerKey(owned, { ...App, apiVersion: 'apps.hearth.dev/v1' })).toEqual({
    namespace: 'home',
    name: 'rss',
  });
  expect(ownerKey(secret('home'), App)).toBeUndefined();
});

test('only a live object can own', () => {
  expect(() => withOwner(secret('home'), { ...owner, metadata: { name: 'rss', namespace: 'home' } })).toThrow(
    'no uid',
  );
});
