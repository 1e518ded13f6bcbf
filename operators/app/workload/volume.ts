import type { App, Workload } from '@hearth/domain';
import type { Immutable, PersistentVolumeClaimObject } from '@hearth/runtime';
import { childName } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from './input.ts';

/** The claim that an App's volume is on: its person's own, or one that Hearth makes. */
export function claimOf(app: App, volume: string): string {
  const chosen = app.spec.volumes?.find(({ name }) => name === volume);
  return chosen?.existingClaim ?? childName(app.metadata.name, volume);
}

/** A volume of an App that is on a claim which Hearth makes. */
export interface OwnVolume {
  readonly name: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  /** What its person asks for. */
  readonly chosenSize: string | undefined;
  readonly defaultSize: string;
}

/** The volumes of an App but those for which its person named a claim. */
export function ownVolumes({ app, definition }: Pick<AppInput, 'app' | 'definition'>): OwnVolume[] {
  const choiceOf = (volume: string) => app.spec.volumes?.find(({ name }) => name === volume);
  return volumesOf(definition.spec.workloads ?? [])
    .filter(({ name }) => choiceOf(name)?.existingClaim === undefined)
    .map(({ name, size }) => ({
      name,
      claim: { namespace: namespaceOf(app), name: claimOf(app, name) },
      chosenSize: choiceOf(name)?.size,
      defaultSize: size,
    }));
}

/**
 * The claim to apply, where `there` is what it is now. Class and access modes of a claim never change, and many
 * classes can't grow a volume: so what the home and the definition say counts for new ones only, and a volume
 * that is there changes its size when the App's person says so.
 */
export function claimObject(
  { app, home }: Pick<AppInput, 'app' | 'home'>,
  { claim, chosenSize, defaultSize }: OwnVolume,
  there: Immutable<PersistentVolumeClaimObject> | undefined,
): PersistentVolumeClaimObject {
  const storageClass = there ? there.spec?.storageClassName : home?.spec.storageClass;
  const storage = chosenSize ?? there?.spec?.resources?.requests?.storage ?? defaultSize;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...claim, labels: appLabels(app) },
    spec: {
      accessModes: there?.spec?.accessModes ?? ['ReadWriteOnce'],
      resources: { requests: { storage } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

/** The volumes of all workloads, each once: a shared one is named by several. */
export function volumesOf(workloads: readonly Workload[]): { name: string; size: string }[] {
  const byName = new Map(
    workloads.flatMap(({ volumes }) => volumes ?? []).map((volume) => [volume.name, volume]),
  );
  return [...byName.values()];
}
