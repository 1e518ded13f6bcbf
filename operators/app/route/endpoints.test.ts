import { Route } from '@hearth/domain';
import { EndpointSlice, type EndpointSliceObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { routeController } from './controller.ts';
import { routesOfSlice, withoutPods } from './endpoints.ts';

const route = (name: string): Route => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace: 'home', name },
  spec: {
    providerRef: { namespace: 'home', name: 'traefik' },
    host: name,
    service: name,
    port: 80,
    exposure: 'lan',
  },
});

/** As Kubernetes makes it for the Service `rss`. */
const slice = (
  endpoints: NonNullable<EndpointSliceObject['endpoints']>,
  name = 'rss-x',
): EndpointSliceObject => ({
  apiVersion: EndpointSlice.apiVersion,
  kind: EndpointSlice.kind,
  metadata: { namespace: 'home', name, labels: { 'kubernetes.io/service-name': 'rss' } },
  endpoints,
});

const addresses = ['10.0.0.1'];
const ready = { addresses, conditions: { ready: true } };
const starting = { addresses, conditions: { ready: false } };

test.each([
  ['has no ready pod', [slice([starting])], 'NoReadyPod'],
  ['has no pod', [slice([])], 'NoReadyPod'],
  ['has a ready pod beside others', [slice([starting, ready])], undefined],
  ['has one in another slice', [slice([starting]), slice([ready], 'rss-y')], undefined],
  ['has a pod of which nothing is known', [slice([{ addresses }])], undefined],
  ['was not made by Hearth', [], undefined],
])('a route whose Service %s', (_, objects, reason) => {
  expect(withoutPods(route('rss'), fakeContext({ objects }).read)?.reason).toBe(reason);
});

test('a slice wakes the routes to its Service', () => {
  const objects = [route('rss'), route('other')];
  const { read } = fakeContext({ objects, indexes: routeController.indexes ?? [] });
  expect(routesOfSlice(slice([ready]), read)).toEqual([{ namespace: 'home', name: 'rss' }]);
});
