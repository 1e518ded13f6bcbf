import { App, Home } from '@hearth/domain';
import { homeDnsConfigMap } from '../local/dns.ts';
import type { Gateway } from './gateway.ts';
import type { LocalImage } from './images.ts';

/** A label: the home is a demonstration, and may be thrown away with all that is in it. */
export const DEMO_LABEL = 'hearth.dev/demo';

/** The namespace in which apps are installed where none is named. */
export const HOME_NAMESPACE = 'home';

/** What a home is made with. */
export interface HomeWishes {
  readonly domain: string;
  readonly demo: boolean;
  readonly images: readonly LocalImage[];
}

/** Namespaces first: what follows lives in them. Pods that may do more than baseline are refused in all of them. */
export const namespaceObjects = (): object[] => [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: HOME_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
  },
];

/** The Home, the names of its domain in the cluster's DNS, and the gateway as an App that others can be joined to. */
export function homeObjects({ domain, demo, images }: HomeWishes, gateway: Gateway): object[] {
  return [
    {
      apiVersion: Home.apiVersion,
      kind: Home.kind,
      metadata: { name: 'home', ...(demo ? { labels: { [DEMO_LABEL]: 'true' } } : {}) },
      spec: {
        domain,
        httpsPort: gateway.httpsPort,
        imageOverrides: images.map((each) => ({ name: each.public, image: each.recipe.name })),
      },
    },
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
}
