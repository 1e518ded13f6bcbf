import { kindName, type SinkEvent } from '@hearth/domain';
import { judge } from '../why/judge.ts';
import type { KindCount } from './pages/views.ts';

/** How many resources there are of each kind in each namespace, and how many of them are not ready. */
export function countKinds(states: readonly SinkEvent[]): readonly KindCount[] {
  const byPlace = Map.groupBy(states, ({ resource }) => `${resource.namespace ?? '-'}/${kindName(resource)}`);
  return [...byPlace.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { kind, plural, group, namespace } = first.resource;
    const notReady = some.filter((event) => judge(event).state === 'not-ready').length;
    return [{ kind, plural, group, namespace, count: some.length, notReady }];
  });
}
