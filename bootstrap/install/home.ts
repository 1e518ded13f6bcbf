import { App, Home } from '@hearth/domain';
import { DEMO_LABEL } from '../data.ts';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { homeDnsConfigMap } from '../local/dns.ts';
import type { Gateway } from './gateway.ts';
import type { LocalImage } from './images.ts';

/** The namespace of the suite. */
export const SYSTEM_NAMESPACE = 'hearth-system';

/** The namespace in which apps are installed where none is named. */
export const HOME_NAMESPACE = 'home';

/** What a person says of the home when it is brought up; all of it may be left out. */
export interface HomeWishes {
  /** Every app is at HOST.DOMAIN. */
  readonly domain?: string | undefined;
  /** It is a demonstration, and may be thrown away with all that is in it. */
  readonly demo?: boolean | undefined;
}

/** What a home is made with. */
export interface HomeFacts {
  readonly domain: string;
  readonly demo: boolean;
}

/** For a home in which nobody says otherwise: a name that no one can own (RFC 8375). */
const DEFAULT_DOMAIN = 'hearth.home.arpa';

/**
 * What the home is to be, from what it is and what is wished.
 * @throws Failure where it has another domain already: every address in it would change.
 */
export async function homeFacts(kubectl: Kubectl, wishes: HomeWishes): Promise<HomeFacts> {
  const found = await kubectl(['get', 'home', 'home', '--ignore-not-found', '-o', 'json']);
  if (found === '') return { domain: wishes.domain ?? DEFAULT_DOMAIN, demo: wishes.demo ?? false };
  const { spec, metadata } = JSON.parse(found) as Home;
  if (wishes.domain !== undefined && wishes.domain !== spec.domain) {
    throw new Failure(
      `The home has the domain ${spec.domain}; to give it another, change spec.domain of Home home, and every address with it.`,
    );
  }
  return { domain: spec.domain, demo: metadata.labels?.[DEMO_LABEL] === 'true' };
}

/**
 * Namespaces first: what follows lives in them. Pods that may do more than baseline are refused in them, as in
 * that of the providers, which the chart makes; in the suite's own, all but restricted ones.
 */
export const namespaceObjects = (): object[] => [
  namespaceObject(HOME_NAMESPACE, 'baseline'),
  namespaceObject(SYSTEM_NAMESPACE, 'restricted'),
];

const namespaceObject = (name: string, level: 'baseline' | 'restricted'): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level } },
});

/** The Home as Kiko wants it: of these facts, reached by this gateway, with what can't be pulled replaced. */
export const homeObject = (
  { domain, demo }: HomeFacts,
  images: readonly LocalImage[],
  { httpsPort }: Gateway,
): object => ({
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home', ...(demo ? { labels: { [DEMO_LABEL]: 'true' } } : {}) },
  spec: {
    domain,
    httpsPort,
    imageOverrides: images.map((each) => ({ name: each.public, image: each.recipe.name })),
  },
});

/** The names of the home's domain in the cluster's DNS, and the gateway as an App that others can be joined to. */
export const gatewayObjects = ({ domain }: HomeFacts, gateway: Gateway): object[] => [
  homeDnsConfigMap(domain, gateway),
  {
    apiVersion: App.apiVersion,
    kind: App.kind,
    metadata: { name: 'traefik', namespace: 'hearth-providers' },
    spec: {
      definition: 'traefik',
      external: {
        host: `${gateway.name}.${gateway.namespace}.svc.cluster.local`,
        ports: [{ name: 'https', port: gateway.httpsPort }],
      },
      share: { namespaces: ['*'] },
    },
  },
];
