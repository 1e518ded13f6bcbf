import { expect, test } from 'vitest';
import { allow, requestIn } from './review.ts';

const request = {
  uid: 'r1',
  operation: 'CREATE',
  userInfo: { username: 'ada', groups: ['family'] },
  object: { metadata: { uid: 'u1' }, spec: {} },
  oldObject: null,
  dryRun: false,
};
const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };

test('a review is read as far as it is listened to', () => {
  expect(requestIn({ ...review, and: 'more' })).toEqual({ ...request, userInfo: { username: 'ada' } });
  expect(allow(request)).toMatchObject({ response: { uid: 'r1', allowed: true } });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a text', 'AdmissionReview'],
  ['another version', { ...review, apiVersion: 'admission.k8s.io/v1beta1' }],
  ['no request', { ...review, request: undefined }],
  ['an object without metadata', { ...review, request: { ...request, object: {} } }],
])('%s is none', (_, body) => {
  expect(requestIn(body)).toBeUndefined();
});
