import { Route } from '@hearth/domain';
import {
  type ConditionIntent,
  EndpointSlice,
  type EndpointSliceObject,
  type Immutable,
  type Key,
  keyOf,
  type Read,
} from '@hearth/runtime';

/** The index of Routes by the Service that they lead to, `NAMESPACE/NAME`. */
export const byService = 'service';

/** The values of {@link byService}. */
export const serviceOf = ({ metadata, spec }: Immutable<Route>): readonly string[] => [
  `${metadata.namespace}/${spec.service}`,
];

/** By which Kubernetes names the Service of an EndpointSlice. */
export const serviceLabel = 'kubernetes.io/service-name';

/**
 * Says that there is nothing to knock at yet, where that is known: the slices of Services that Hearth didn't make are
 * not kept in memory. Undefined where a route is to be tried.
 */
export function withoutPods(route: Immutable<Route>, read: Read): ConditionIntent | undefined {
  const { namespace = '' } = route.metadata;
  const { service } = route.spec;
  const slices = read.list(EndpointSlice, { namespace, labels: { [serviceLabel]: service } });
  if (slices.length === 0 || slices.some(hasReadyPod)) return undefined;
  const message = `No pod of Service ${service} takes requests yet.`;
  return { type: 'Reachable', status: 'Unknown', reason: 'NoReadyPod', message };
}

/** Not known is taken for ready, as the API has it. */
const hasReadyPod = ({ endpoints }: Immutable<EndpointSliceObject>): boolean =>
  endpoints?.some(({ conditions }) => conditions?.ready !== false) ?? false;

/** The routes that lead to the Service of a slice. */
export function routesOfSlice({ metadata }: Immutable<EndpointSliceObject>, read: Read): readonly Key[] {
  const service = `${metadata.namespace}/${metadata.labels?.[serviceLabel]}`;
  return read.list(Route, { index: [byService, service] }).map(keyOf);
}
