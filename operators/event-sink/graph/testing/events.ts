import { type EventResource, kinds, type SinkEvent } from '@hearth/domain';
import { irisAt } from '../../vocabulary/iris.ts';
import type { Named } from '../edges.ts';

/** The IRIs of a home. */
export const iris = irisAt('https://hearth.home.arpa/');

const foreign: Readonly<Record<string, Pick<EventResource, 'group' | 'version' | 'plural'>>> = {
  Pod: { group: '', version: 'v1', plural: 'pods' },
  Service: { group: '', version: 'v1', plural: 'services' },
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
};

/** A resource as events name it; in the namespace `home` unless its kind is in none. */
export function resource(kind: string, name: string): EventResource {
  const known = kinds.find((one) => one.kind === kind);
  const { group, version, plural } = known ?? foreign[kind] ?? { group: 'x', version: 'v1', plural: 'x' };
  return {
    group,
    version,
    kind,
    plural,
    ...(known?.namespaced !== false && { namespace: 'home' }),
    name,
    uid: `uid-of-${name}`,
  };
}

/** An event about a resource; what is not said is as it mostly is. */
export const event = (
  seq: number,
  of: EventResource,
  object: SinkEvent['object'],
  rest: Partial<SinkEvent> = {},
): SinkEvent => ({
  seq,
  time: '2026-01-02T03:04:05.678Z',
  type: 'modified',
  resource: of,
  resourceVersion: String(1000 + seq),
  inferred: false,
  actor: { name: 'kubectl', confidence: 'field-manager' },
  ...(object !== undefined && { object }),
  ...rest,
});

/** How a resource is told in a test: `home/apps/rss`. */
export const short = ({ namespace, plural, name }: Named): string => `${namespace ?? '-'}/${plural}/${name}`;
