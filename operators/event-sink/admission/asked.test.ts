import { fakeClock } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { type Asking, createAsking } from './asked.ts';
import type { AdmissionRequest } from './review.ts';

/** A state of one App. */
const state = (replicas: number, version: string | undefined, more: object = {}) => ({
  apiVersion: 'apps.hearth.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'rss', uid: 'u1', ...(version && { resourceVersion: version }), ...more },
  spec: { replicas },
  status: { phase: 'ready' },
});

type Request = Partial<Omit<AdmissionRequest, 'userInfo'>>;

const by = (username: string, request: Request): AdmissionRequest => ({
  uid: 'r1',
  operation: 'UPDATE',
  userInfo: { username },
  ...request,
});
const update = (username: string, from: string, replicas: number, more: Request = {}) =>
  by(username, { oldObject: state(1, from), object: state(replicas, from), ...more });
const removal = (username: string, more: object = {}) =>
  by(username, { operation: 'DELETE', oldObject: state(1, '5', more) });

const heard = (...requests: AdmissionRequest[]): Asking => {
  const asking = createAsking(fakeClock());
  for (const request of requests) asking.note(request);
  return asking;
};
const admitted = (name: string, operation: string) => ({ name, confidence: 'admission', operation });
const changed = (replicas: number, before: string | undefined, marked = false) => ({
  object: state(replicas, '6', { generation: 2, managedFields: [{ manager: 'kubectl' }] }),
  before,
  marked,
});

describe('who asked for a change', () => {
  test.each<[string, AdmissionRequest[], string]>([
    ['is who asked for this state, on top of the one before', [update('ada', '5', 2)], 'ada'],
    [
      'is, of those who asked at the same time, who asked for this',
      [update('ben', '5', 3), update('ada', '5', 2)],
      'ada',
    ],
    [
      'is not who asked for the same on top of another',
      [update('ben', '4', 2), update('ada', '5', 2), update('eve', '6', 2)],
      'ada',
    ],
    ['is the same user still, who asked twice', [update('ada', '5', 2), update('ada', '5', 2)], 'ada'],
  ])('%s', (_, requests, name) => {
    expect(heard(...requests).whoChanged(changed(2, '5'))).toEqual(admitted(name, 'UPDATE'));
  });

  test.each<[string, AdmissionRequest[]]>([
    ['nobody asked', []],
    ['it was only to be tried', [update('ada', '5', 2, { dryRun: true })]],
    ['another state was asked for', [update('ada', '5', 3)]],
    ['another status was asked for', [update('ada', '5', 2, { object: { ...state(2, '5'), status: {} } })]],
    ['it was asked for on top of another state', [update('ada', '4', 2)]],
    ['two users asked for just the same', [update('ada', '5', 2), update('ben', '5', 2)]],
    ['it has no name', [update('', '5', 2)]],
    ['the object was only to be deleted', [removal('ada')]],
    ['an object was made of another uid', [by('ada', { operation: 'CREATE', object: state(2, undefined) })]],
  ])('is not known where %s', (_, requests) => {
    expect(heard(...requests).whoChanged(changed(2, '5'))).toBeUndefined();
  });

  test('is, of a new object, who asked for the one of this uid, whatever has been filled in since', () => {
    const asking = heard(
      by('ada', { operation: 'CREATE', object: { metadata: { uid: 'u1', name: 'rss' } } }),
      by('ben', { operation: 'CREATE', object: { metadata: { uid: 'u2', name: 'rss' } } }),
    );
    expect(asking.whoChanged(changed(2, undefined))).toEqual(admitted('ada', 'CREATE'));
  });

  test('does not depend on the order of fields, nor on what the API server adds', () => {
    const { spec, metadata, ...rest } = state(2, undefined);
    const asking = heard(by('ada', { oldObject: state(1, '5'), object: { spec, ...rest, metadata } }));
    expect(asking.whoChanged(changed(2, '5'))).toEqual(admitted('ada', 'UPDATE'));
  });
});

describe('who asked for a deletion', () => {
  test('is who had the object marked, however long it takes to go', () => {
    const clock = fakeClock();
    const asking = createAsking(clock);
    asking.note(removal('ada'));
    expect(asking.whoChanged(changed(1, '5', true))).toEqual(admitted('ada', 'DELETE'));
    clock.advance(30 * 60_000);
    asking.note(removal('the-garbage-collector', { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    expect(asking.whoDeleted('u1')).toEqual(admitted('ada', 'DELETE'));
  });

  test('is the last who asked while the object was still there: who asked before was refused', () => {
    expect(heard(removal('ben'), removal('ada')).whoDeleted('u1')).toEqual(admitted('ada', 'DELETE'));
  });

  test('is not known of another object, nor where a collection of none was deleted', () => {
    const asking = heard(removal('ada'), by('ada', { operation: 'DELETE', oldObject: null }));
    expect(asking.whoDeleted('u2')).toBeUndefined();
    expect(asking.whoDeleted('')).toBeUndefined();
  });
});
