import { expect, test } from 'vitest';
import { type EventResource, relativeIri, sinkEvent } from './events-api.ts';

const pod: EventResource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespace: 'home',
  name: 'rss',
  uid: 'u1',
};

test.each([
  [pod, 'home/pods.core/rss'],
  [{ ...pod, group: 'iam.hearth.dev', plural: 'users', namespace: undefined }, '-/users.iam.hearth.dev/rss'],
  [{ ...pod, name: 'system:node x?' }, 'home/pods.core/system:node%20x%3F'],
])('a resource has an IRI relative to the home: %#', (resource, iri) => {
  expect(relativeIri(resource)).toBe(iri);
  expect(new URL(iri, 'https://hearth.home.arpa/').href).toBe(`https://hearth.home.arpa/${iri}`);
});

test('an event comes back from JSON byte for byte', () => {
  const text = JSON.stringify({
    seq: 7,
    time: '2026-03-01T12:00:00.123Z',
    type: 'modified',
    resource: pod,
    resourceVersion: '41',
    generation: 2,
    inferred: false,
    actor: { name: 'kubectl', confidence: 'field-manager', operation: 'Apply' },
    patch: [
      { op: 'replace', path: '/spec/a', value: { z: 1, b: null } },
      { op: 'remove', path: '/spec/b' },
      { op: 'move', path: '/spec/c', from: '/spec/d' },
    ],
    object: { spec: { z: 1, a: '\ud800', '10': true } },
  });
  expect(JSON.stringify(sinkEvent.parse(JSON.parse(text)))).toBe(text);
});
