import type { Condition, Kind, Resource } from '@hearth/runtime';

/** A certificate that cert-manager obtains and renews; only what Hearth writes and reads is named. */
export interface CertificateObject extends Resource {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames: readonly string[];
    readonly issuerRef: { readonly group: string; readonly kind: string; readonly name: string };
    readonly privateKey: {
      readonly algorithm: string;
      readonly size: number;
      readonly rotationPolicy: string;
    };
    readonly usages: readonly string[];
    readonly secretTemplate: { readonly labels: { readonly [key: string]: string } };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
export const Certificate: Kind<CertificateObject> = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  plural: 'certificates',
  namespaced: true,
};

/** Where cert-manager gets certificates from, for every namespace. */
export const ClusterIssuer: Kind = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  plural: 'clusterissuers',
  namespaced: false,
};
