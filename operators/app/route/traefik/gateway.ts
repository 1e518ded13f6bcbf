import { labels, manager } from '../../names.ts';
import { type Gateway, markHeader, type Passage } from '../gateway.ts';
import { IngressRoute, type IngressRouteObject, Middleware, type MiddlewareObject } from './kinds.ts';

/**
 * The addresses that no one on the internet has: private (RFC 1918), unique local (RFC 4193), link-local and
 * loopback. Pods have such addresses too. Not 100.64.0.0/10, which a provider's other customers may share.
 */
const homeNetwork = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];

/**
 * Traefik, by its own custom resources; HTTP is sent on to HTTPS by its static configuration.
 *
 * What keeps a route within the home network is that the home's router forwards nothing. The list of addresses is
 * a second bar, for the day when it does: a request with a public sender is refused. It holds only where Traefik
 * sees the sender (a host port, the host's network, externalTrafficPolicy Local); behind a proxy or a load
 * balancer that puts its own address in place, as k3s's ServiceLB does, it refuses no one. Forwarded-for headers
 * are not read, since any sender can write them.
 */
export const traefik: Gateway = {
  kinds: [IngressRoute, Middleware],
  missing: 'The cluster doesn’t know Traefik’s kinds (traefik.io/v1alpha1): install Traefik’s CRDs.',

  objects(passage, { ingressClass }) {
    const middlewares = middlewaresOf(passage);
    const router = routerOf(
      passage,
      middlewares.map(({ metadata }) => metadata.name),
      ingressClass,
    );
    return [...middlewares, router];
  },
};

/** In the order in which a request meets them: the mark comes first, so that refusals carry it too. */
function middlewaresOf(passage: Passage): MiddlewareObject[] {
  const mark = { headers: { customResponseHeaders: { [markHeader]: passage.mark } } };
  const senders = { ipAllowList: { sourceRange: homeNetwork } };
  return [
    middleware(passage, `${passage.name}-mark`, mark),
    ...(passage.homeNetworkOnly ? [middleware(passage, `${passage.name}-home-network`, senders)] : []),
  ];
}

const middleware = (
  { namespace }: Passage,
  name: string,
  spec: MiddlewareObject['spec'],
): MiddlewareObject => ({
  apiVersion: Middleware.apiVersion,
  kind: Middleware.kind,
  metadata: { namespace, name, labels: { [labels.managedBy]: manager } },
  spec,
});

function routerOf(
  { namespace, name, host, service, port, tlsSecret }: Passage,
  middlewares: readonly string[],
  ingressClass: string | undefined,
): IngressRouteObject {
  // The field spec.ingressClassName is younger than many a Traefik; all know the annotation.
  const annotations = ingressClass === undefined ? {} : { 'kubernetes.io/ingress.class': ingressClass };
  return {
    apiVersion: IngressRoute.apiVersion,
    kind: IngressRoute.kind,
    metadata: { namespace, name, labels: { [labels.managedBy]: manager }, annotations },
    spec: {
      entryPoints: ['websecure'],
      routes: [
        {
          kind: 'Rule',
          // A host is letters, digits, hyphens and dots (its schema says so): it can't end the quotes.
          match: `Host(\`${host}\`)`,
          middlewares: middlewares.map((name) => ({ name })),
          services: [{ kind: 'Service', name: service, port }],
        },
      ],
      tls: { secretName: tlsSecret },
    },
  };
}
