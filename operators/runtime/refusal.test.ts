import { describe, expect, test } from 'vitest';
import { ApiError } from './cluster/errors.ts';
import { Stalled, Waiting } from './outcome.ts';
import { withOwner } from './ownership.ts';
import { explainApply, refusalOf } from './refusal.ts';

const app = (uid: string, name = 'rss', kind = 'App') => ({
  apiVersion: 'apps.hearth.dev/v1alpha1',
  kind,
  metadata: { name, namespace: 'home', uid },
});
const owner = app('u-1');
const labels = { by: 'us', app: 'rss' };
const secret = (more: object = {}, namespace = 'home') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'rss-env', namespace, ...more },
});

describe('a live object', () => {
  test.each([
    ['of the owner’s own', withOwner(secret(), owner)],
    ['of the owner’s own, without our labels', withOwner(secret({ labels: {} }), owner)],
    ['of the owner’s own in another namespace', withOwner(secret({}, 'elsewhere'), owner)],
    ['that lost its owner, but not our labels', secret({ labels: { ...labels, more: 'x' } })],
  ])('%s can be written', (_, live) => {
    expect(refusalOf(secret({ labels }), live, owner)).toBeUndefined();
  });

  const going = { type: Waiting, reason: 'Going' };
  const notOurs = { type: Stalled, reason: 'NotOurs' };
  test.each([
    [
      'without labels and owner',
      secret(),
      notOurs,
      'Secret home/rss-env was made by somebody else: delete or rename it, so that App home/rss can have its own.',
    ],
    ['with some of our labels', secret({ labels: { by: 'us' } }), notOurs, 'made by somebody else'],
    ['of another object', withOwner(secret(), app('u-2', 'tv')), notOurs, 'belongs to App tv: delete'],
    [
      'of another kind’s object',
      withOwner(secret(), app('u-2', 'rss', 'Plan')),
      notOurs,
      'belongs to Plan rss',
    ],
    [
      'of another object in another namespace',
      withOwner(secret({}, 'elsewhere'), app('u-2', 'tv')),
      notOurs,
      'belongs to App.apps.hearth.dev home/tv',
    ],
    [
      'of a former owner of the same name',
      withOwner(secret({ labels }), app('u-0')),
      going,
      'Secret home/rss-env of the former App home/rss is about to be deleted.',
    ],
    [
      'of ours that is being deleted',
      withOwner(secret({ deletionTimestamp: '2030-01-01T00:00:00Z' }), owner),
      going,
      'Secret home/rss-env is being deleted, and is made anew when it is gone.',
    ],
    [
      'of somebody else’s that is being deleted',
      withOwner(secret({ deletionTimestamp: '2030-01-01T00:00:00Z' }), app('u-2', 'tv')),
      going,
      'is being deleted',
    ],
  ])('%s can’t', (_, live, { type, reason }, message) => {
    const refusal = refusalOf(secret({ labels }), live, owner);
    expect(refusal).toBeInstanceOf(type);
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message).toContain(message);
    expect(refusal?.message).toMatch(/\.$/);
  });

  test('can be written on nobody’s behalf, unless it is being deleted', () => {
    expect(refusalOf(secret(), secret(), undefined)).toBeUndefined();
    const going = secret({ deletionTimestamp: '2030-01-01T00:00:00Z' });
    expect(refusalOf(secret(), going, undefined)?.reason).toBe('Going');
  });
});

describe('the API server’s no to an apply', () => {
  const kind = { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', namespaced: true };
  const refused = (status: number, reason: string, message: string, causes: object[] = []) =>
    new ApiError({ method: 'PATCH', path: '/apis/apps/v1/…' }, status, {
      reason,
      message,
      details: { causes },
    });
  const explain = (error: unknown) => explainApply(error, kind, { namespace: 'home', name: 'rss' });

  test.each([
    [
      refused(422, 'Invalid', 'StatefulSet.apps "rss" is invalid: spec: Forbidden: updates to fields'),
      Stalled,
      'Refused',
      'StatefulSet home/rss is refused by the API server: spec: Forbidden: updates to fields.',
    ],
    [
      refused(403, 'Forbidden', 'pods "rss" is forbidden: exceeded quota: small.'),
      Waiting,
      'Refused',
      'StatefulSet home/rss is refused by the API server: exceeded quota: small.',
    ],
    [
      refused(403, 'Forbidden', 'pods "rss" is forbidden: unable', [{ reason: 'NamespaceTerminating' }]),
      Waiting,
      'NamespaceGoing',
      'StatefulSet home/rss can’t be made: its namespace is being deleted.',
    ],
    [
      refused(409, 'Conflict', 'Apply failed', [
        { field: '.data.text', message: 'conflict with "kubectl" using v1' },
        { field: '.data.more', message: 'conflict with "kubectl" using v1' },
      ]),
      Stalled,
      'FieldConflict',
      'StatefulSet home/rss is managed by kubectl too, with other values in data.text, data.more: leave these to one of them.',
    ],
  ])('%s', (error, type, reason, message) => {
    const explained = explain(error);
    expect(explained).toBeInstanceOf(type);
    expect(explained).toMatchObject({ reason, message });
  });

  test('is left as it is where it is no refusal', () => {
    const others = [
      refused(409, 'Conflict', 'the object has been modified'),
      refused(404, 'NotFound', 'the server could not find the requested resource'),
      refused(500, 'InternalError', 'etcd'),
      new Error('x'),
    ];
    expect(others.map(explain)).toEqual(others);
  });
});
