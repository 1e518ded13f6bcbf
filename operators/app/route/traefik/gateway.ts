import { identityHeaders } from '../../identity-headers.ts';
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

/**
 * In the order in which a request meets them. What marks answers comes first, so that refusals carry it too; it also
 * takes away what only the gateway may say, on routes that nobody guards as well: an app that believes these headers
 * may be starting, or ending, while its route is opened.
 */
function middlewaresOf(passage: Passage): MiddlewareObject[] {
  const headers = {
    headers: { customRequestHeaders: cleared, customResponseHeaders: { [markHeader]: passage.mark } },
  };
  const senders = { ipAllowList: { sourceRange: homeNetwork } };
  return [
    middleware(passage, `${passage.name}-headers`, headers),
    ...(passage.homeNetworkOnly ? [middleware(passage, `${passage.name}-home-network`, senders)] : []),
  ];
}

/**
 * The headers that say who is there, and what apps behind CGI and WSGI take for the same: `X_Forwarded_User`.
 * Other aliases are for the entry point to drop (aliasHeadersStrategy), which a Traefik that Hearth didn't install may
 * not do.
 */
const cleared: Readonly<Record<string, string>> = Object.fromEntries(
  identityHeaders.flatMap((name) => spellings(name).map((spelling) => [spelling, ''])),
);

/** A name with each of its hyphens as it is, or as an underscore. */
function spellings(name: string): string[] {
  const [first = '', ...rest] = name.split('-');
  return rest.reduce((made, part) => made.flatMap((each) => [`${each}-${part}`, `${each}_${part}`]), [first]);
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
  passage: Passage,
  middlewares: readonly string[],
  ingressClass: string | undefined,
): IngressRouteObject {
  const { namespace, name, signOn, tlsSecret } = passage;
  // The field spec.ingressClassName is younger than many a Traefik; all know the annotation.
  const annotations = ingressClass === undefined ? {} : { 'kubernetes.io/ingress.class': ingressClass };
  const guarded = signOn === undefined ? middlewares : [...middlewares, signOn.middleware];
  return {
    apiVersion: IngressRoute.apiVersion,
    kind: IngressRoute.kind,
    metadata: { namespace, name, labels: { [labels.managedBy]: manager }, annotations },
    spec: {
      entryPoints: ['websecure'],
      routes: [
        ruleOf(passage, hostMatch(passage), guarded),
        ...(signOn?.open.length ? [ruleOf(passage, openMatch(passage, signOn.open), middlewares)] : []),
      ],
      tls: { secretName: tlsSecret },
    },
  };
}

const ruleOf = (
  { service, port }: Passage,
  match: string,
  middlewares: readonly string[],
): IngressRouteObject['spec']['routes'][number] => ({
  kind: 'Rule',
  match,
  middlewares: middlewares.map((name) => ({ name })),
  services: [{ kind: 'Service', name: service, port }],
});

// A host is letters, digits, hyphens and dots (its schema says so): it can't end the quotes.
const hostMatch = ({ host }: Passage): string => `Host(\`${host}\`)`;

/**
 * What an app might read as a way out of the directory that a path begins with: `/api/..%2Fadmin`. Traefik itself
 * resolves plain dots before it compares.
 */
const evasive = '(?i)[.][.]|[\\\\]|%(2f|5c|25)';

/**
 * Open paths. Of rules that match, Traefik takes the longest, and this one is longer than the host alone.
 * @throws Error on a path that could end the quotes, which its schema refuses.
 */
function openMatch(passage: Passage, open: readonly string[]): string {
  if (open.some((path) => path.includes('`'))) throw new Error('an open path with a backtick');
  const paths = open.map((path) => `PathPrefix(\`${path}\`)`).join(' || ');
  return `${hostMatch(passage)} && (${paths}) && !PathRegexp(\`${evasive}\`)`;
}
