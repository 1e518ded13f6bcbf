import type { Kind, Resource } from '@hearth/runtime';

/** A Traefik router; only what Hearth writes is named. */
export interface IngressRouteObject extends Resource {
  readonly spec: {
    readonly entryPoints: readonly string[];
    readonly routes: readonly {
      readonly kind: 'Rule';
      readonly match: string;
      readonly middlewares: readonly { readonly name: string }[];
      readonly services: readonly {
        readonly kind: 'Service';
        readonly name: string;
        readonly port: number;
      }[];
    }[];
    readonly tls: { readonly secretName: string };
  };
}
export const IngressRoute: Kind<IngressRouteObject> = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  plural: 'ingressroutes',
  namespaced: true,
};

/** What Traefik does to requests and answers on their way. Each holds one thing only. */
export interface MiddlewareObject extends Resource {
  readonly spec:
    | { readonly ipAllowList: { readonly sourceRange: readonly string[] } }
    | {
        readonly headers: {
          /** An empty text takes the header away. */
          readonly customRequestHeaders: { readonly [name: string]: string };
          readonly customResponseHeaders: { readonly [name: string]: string };
        };
      };
}
export const Middleware: Kind<MiddlewareObject> = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  plural: 'middlewares',
  namespaced: true,
};
