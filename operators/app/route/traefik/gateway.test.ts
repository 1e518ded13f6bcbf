import { describe, expect, test } from 'vitest';
import { traefik } from './gateway.ts';

const passage = {
  namespace: 'home',
  name: 'rss-route',
  host: 'rss.hearth.home.arpa',
  service: 'rss',
  port: 8080,
  tlsSecret: 'rss-route-tls',
  homeNetworkOnly: true,
  mark: 'uid-of-the-route',
};
const offer = { kind: 'Route', name: 'default' } as const;
const named = (name: string) => ({
  namespace: 'home',
  name,
  labels: { 'app.kubernetes.io/managed-by': 'hearth' },
});

describe('Traefik', () => {
  test('leads a host to a Service, past its middlewares, with its certificate', () => {
    const objects = traefik.objects(passage, offer);
    expect(objects).toMatchObject([
      {
        kind: 'Middleware',
        metadata: named('rss-route-mark'),
        spec: { headers: { customResponseHeaders: { 'Hearth-Route': 'uid-of-the-route' } } },
      },
      {
        kind: 'Middleware',
        metadata: named('rss-route-home-network'),
        spec: { ipAllowList: { sourceRange: expect.arrayContaining(['10.0.0.0/8', 'fc00::/7']) } },
      },
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'IngressRoute',
        metadata: named('rss-route'),
        spec: {
          entryPoints: ['websecure'],
          routes: [
            {
              kind: 'Rule',
              match: 'Host(`rss.hearth.home.arpa`)',
              middlewares: [{ name: 'rss-route-mark' }, { name: 'rss-route-home-network' }],
              services: [{ kind: 'Service', name: 'rss', port: 8080 }],
            },
          ],
          tls: { secretName: 'rss-route-tls' },
        },
      },
    ]);
  });

  test('lets everyone in where the route is for everyone', () => {
    const objects = traefik.objects({ ...passage, homeNetworkOnly: false }, offer);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['rss-route-mark', 'rss-route']);
  });

  test('is told its class where it has one', () => {
    const router = traefik.objects(passage, { ...offer, ingressClass: 'inside' }).at(-1);
    expect(router?.metadata.annotations).toEqual({ 'kubernetes.io/ingress.class': 'inside' });
  });
});
