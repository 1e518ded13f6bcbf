import { App, type Home } from '@hearth/domain';
import {
  type ConditionIntent,
  ConfigMap,
  type ConfigMapObject,
  type Context,
  Stalled,
} from '@hearth/runtime';
import { authorityFile, authorityMap, labels, manager } from '../names.ts';

/**
 * Puts the certificate of the home's authority into each namespace with apps, from where their pods take it, and
 * removes it where there are none any more. `pem` is empty where people trust the home's authority anyway: pods mount
 * it in any case.
 * @returns what is not as it should be: a ConfigMap of that name that is somebody else's.
 */
export async function publishAuthority(
  home: Home,
  pem: string,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<ConditionIntent[]> {
  const apps = read.list(App).filter(({ spec }) => spec.external === undefined);
  const inUse = new Set(apps.map(({ metadata }) => metadata.namespace ?? ''));
  const refused: string[] = [];
  // In a namespace that is being deleted, as its Apps are then, nothing can be made.
  const staying = apps.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const namespace of new Set(staying.map(({ metadata }) => metadata.namespace ?? ''))) {
    try {
      await act.apply(mapIn(namespace, pem), { owner: home });
    } catch (error) {
      if (!(error instanceof Stalled)) throw error;
      refused.push(error.message);
    }
  }
  for (const { metadata } of read.owned(ConfigMap, home)) {
    if (!inUse.has(metadata.namespace ?? '')) await act.delete(ConfigMap, metadata, { uid: metadata.uid });
  }
  return refused.length === 0
    ? []
    : [{ type: 'AuthorityPublished', status: 'False', reason: 'NameTaken', message: refused.join(' ') }];
}

const mapIn = (namespace: string, pem: string): ConfigMapObject => ({
  apiVersion: ConfigMap.apiVersion,
  kind: ConfigMap.kind,
  metadata: { namespace, name: authorityMap, labels: { [labels.managedBy]: manager } },
  data: { [authorityFile]: pem },
});
