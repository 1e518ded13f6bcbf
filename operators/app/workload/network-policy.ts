import type { ProviderRef } from '@hearth/domain';
import type { NetworkPolicyObject } from '@hearth/runtime';
import { labels, systemNamespace } from '../names.ts';
import { type AppInput, appLabels, appSelector, namespaceOf } from './input.ts';

/** Who may reach an App's pods, beside the App itself and the suite. */
export interface Callers {
  /** The namespace of the gateway, where the App has a route. */
  readonly gateway?: string | undefined;
  /** The Apps that use what this one provides. */
  readonly consumers: readonly ProviderRef[];
  /** The namespaces in which anybody may use what it provides. */
  readonly namespaces: readonly string[];
  /** The ports that these may reach; undefined: all. */
  readonly ports?: readonly Port[] | undefined;
}

/** A port of a pod. */
export interface Port {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const namespaceSelector = (namespace: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});

/** Closes an App's pods to everyone but those who have a reason to call. */
export function networkPolicy({ app }: Pick<AppInput, 'app'>, callers: Callers): NetworkPolicyObject {
  const consumers = callers.consumers.map(({ namespace, name }) => ({
    ...namespaceSelector(namespace),
    podSelector: { matchLabels: { [labels.app]: name } },
  }));
  const own = [{ podSelector: { matchLabels: appSelector(app) } }, namespaceSelector(systemNamespace)];
  const others = [
    ...(callers.gateway ? [namespaceSelector(callers.gateway)] : []),
    ...consumers,
    ...callers.namespaces.map(namespaceSelector),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: namespaceOf(app), name: app.metadata.name, labels: appLabels(app) },
    spec: {
      podSelector: { matchLabels: appSelector(app) },
      policyTypes: ['Ingress'],
      ingress: callers.ports
        ? [{ from: own }, ...(others.length > 0 ? [{ from: others, ports: callers.ports }] : [])]
        : [{ from: [...own, ...others] }],
    },
  };
}
