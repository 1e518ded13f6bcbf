import type { App, Workload } from '@hearth/domain';
import type { PersistentVolumeClaimObject } from '@hearth/runtime';
import { childName } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from './input.ts';

/** The claim that an App's volume is on: its person's own, or one that Hearth makes. */
export function claimOf(app: App, volume: string): string {
  const chosen = app.spec.volumes?.find(({ name }) => name === volume);
  return chosen?.existingClaim ?? childName(app.metadata.name, volume);
}

/**
 * The claims to make. They have no owner while the App's data is to be retained: garbage collection then
 * leaves them, and an App of the same name and definition finds them again.
 */
export function claims({ app, definition, home }: AppInput): PersistentVolumeClaimObject[] {
  return volumesOf(definition.spec.workloads ?? [])
    .filter(({ name }) => !app.spec.volumes?.find((chosen) => chosen.name === name)?.existingClaim)
    .map(({ name, size }) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: namespaceOf(app), name: claimOf(app, name), labels: appLabels(app) },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: {
          requests: { storage: app.spec.volumes?.find((chosen) => chosen.name === name)?.size ?? size },
        },
        ...(home?.spec.storageClass ? { storageClassName: home.spec.storageClass } : {}),
      },
    }));
}

/** The volumes of all workloads, each once: a shared one is named by several. */
function volumesOf(workloads: readonly Workload[]): { name: string; size: string }[] {
  const byName = new Map(
    workloads.flatMap(({ volumes }) => volumes ?? []).map((volume) => [volume.name, volume]),
  );
  return [...byName.values()];
}
