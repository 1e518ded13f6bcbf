import { kinds } from '@hearth/domain';
import { CHECKPOINT_NAME } from './checkpoints/store.ts';
import { suiteKinds } from './watch/kinds.ts';

const read = ['get', 'list', 'watch'] as const;

const ofGroups = (all: readonly { readonly group: string; readonly plural: string }[]) =>
  [...Map.groupBy(all, ({ group }) => group)].map(([group, ofGroup]) => ({
    apiGroups: [group],
    resources: ofGroup.map(({ plural }) => plural),
    verbs: read,
  }));

/**
 * What the event sink may do: read what it records, and ask who somebody is and what they may see. There is no rule for
 * Secrets, and must not be one.
 */
export const rules = [
  ...ofGroups([...kinds, ...suiteKinds.owned]),
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: [CHECKPOINT_NAME],
    verbs: ['get', 'patch'],
    namespace: 'own',
  },
];

/** The sink is a process of its own: it has these rights alone, and nobody else has them by it. */
export const account = { name: 'hearth-events', runs: '.Values.eventSink.enabled' };
