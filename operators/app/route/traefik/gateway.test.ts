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
        metadata: named('rss-route-headers'),
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
              middlewares: [{ name: 'rss-route-headers' }, { name: 'rss-route-home-network' }],
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
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['rss-route-headers', 'rss-route']);
  });

  test('is told its class where it has one', () => {
    const router = traefik.objects(passage, { ...offer, ingressClass: 'inside' }).at(-1);
    expect(router?.metadata.annotations).toEqual({ 'kubernetes.io/ingress.class': 'inside' });
  });

  test('takes away what only a gateway may say, from every request', () => {
    const [headers] = traefik.objects(passage, offer);
    const { customRequestHeaders: cleared } = (
      headers as unknown as {
        spec: { headers: { customRequestHeaders: Record<string, string> } };
      }
    ).spec.headers;
    expect(Object.keys(cleared)).toEqual(
      expect.arrayContaining([
        'X-Forwarded-User',
        'X_Forwarded_User',
        'X-Forwarded_User',
        'X-Forwarded-Groups',
        'X-Forwarded-Email',
        'X-Forwarded-Name',
        'Remote-User',
        'Remote_User',
        'Remote-Groups',
        'Remote-Email',
        'Remote-Name',
      ]),
    );
    expect(new Set(Object.values(cleared))).toEqual(new Set(['']));
  });
});

describe('a route with sign-on', () => {
  const middlewares = (...names: string[]) => names.map((name) => ({ name }));
  const rules = (open: readonly string[]) => {
    const router = traefik
      .objects({ ...passage, signOn: { middleware: 'rss-sso-sign-on', open } }, offer)
      .at(-1);
    return (router as unknown as { spec: { routes: { match: string; middlewares: { name: string }[] }[] } })
      .spec.routes;
  };

  test('is asked for last, when the headers are clean', () => {
    expect(rules([])).toMatchObject([
      {
        match: 'Host(`rss.hearth.home.arpa`)',
        middlewares: middlewares('rss-route-headers', 'rss-route-home-network', 'rss-sso-sign-on'),
      },
    ]);
  });

  test('leaves open paths out, and only these', () => {
    expect(rules(['/api/', '/feed'])).toMatchObject([
      { middlewares: middlewares('rss-route-headers', 'rss-route-home-network', 'rss-sso-sign-on') },
      {
        match:
          'Host(`rss.hearth.home.arpa`) && (PathPrefix(`/api/`) || PathPrefix(`/feed`)) && ' +
          '!PathRegexp(`(?i)[.][.]|[\\\\]|%(2f|5c|25)`)',
        middlewares: middlewares('rss-route-headers', 'rss-route-home-network'),
      },
    ]);
  });

  test('refuses a path that would end the quotes', () => {
    expect(() => rules(['/`) || Host(`evil.example'])).toThrow('backtick');
  });
});
