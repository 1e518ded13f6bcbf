/** A Service by its name. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The part of a Corefile that makes every name of the home's domain, and the domain itself, mean that Service: a
 * pod and a browser then use the same URL. The answer bears the name that was asked for, and follows the Service
 * if its address changes.
 */
export function homeDomainRule(domain: string, service: ServiceName): string {
  const pattern = `^(.*\\.)?${domain.replaceAll('.', '\\.')}\\.?$`;
  const target = `${service.name}.${service.namespace}.svc.cluster.local`;
  return `rewrite stop {
    name regex ${pattern} ${target}
    answer auto
}
`;
}

/**
 * The ConfigMap that CoreDNS imports such rules from. Its name, and that of its keys (`*.override`), is k3s's own
 * convention, which the native cluster keeps as well: one ConfigMap does for every driver.
 */
export const homeDnsConfigMap = (domain: string, service: ServiceName) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns-custom', namespace: 'kube-system' },
  data: { 'hearth.override': homeDomainRule(domain, service) },
});
