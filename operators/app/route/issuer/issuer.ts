import type { Home, Route } from '@hearth/domain';
import type { Context } from '@hearth/runtime';

/** What a route asks of who issues certificates. */
export interface CertificateRequest {
  readonly route: Route;
  readonly home: Home;
  readonly host: string;
  /** Where the certificate goes: a Secret of the route's namespace, type kubernetes.io/tls. */
  readonly secretName: string;
}

/** How far a certificate is. */
export type CertificateState =
  | {
      readonly ready: true;
      /** Milliseconds until it is to be looked at again; undefined where someone else renews it. */
      readonly renewIn: number | undefined;
    }
  | { readonly ready: false; readonly reason: string; readonly message: string };

/** Where certificates come from. */
export interface CertificateIssuer {
  /** Makes sure of a certificate for the host; repeating it changes nothing while the certificate is good. */
  ensure(request: CertificateRequest, context: Context): Promise<CertificateState>;
}
