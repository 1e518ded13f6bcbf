import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleFolder } from '../../../bootstrap/tools/module.ts';
import { goBuild } from '../peers.ts';

const pins = join(import.meta.dirname, '../kwok');

/** What the pods and nodes of kwok go through: its own stages, as the pinned module carries them. */
const stages = ['node/fast/node-initialize.yaml', 'pod/fast/pod-ready.yaml', 'pod/fast/pod-delete.yaml'];

/** Builds kwok (Kubernetes WithOut Kubelet), which says of pods that they run; returns the path of its binary. */
export const buildKwok = (): Promise<string> => goBuild('kwok', 'sigs.k8s.io/kwok/cmd/kwok', 'kwok');

/** Writes kwok's configuration into a folder, and returns its path. */
export async function kwokConfig(folder: string): Promise<string> {
  const source = join(await moduleFolder(pins, 'sigs.k8s.io/kwok'), 'kustomize/stage');
  const documents = await Promise.all(stages.map((stage) => readFile(join(source, stage), 'utf8')));
  const path = join(folder, 'kwok.yaml');
  await writeFile(path, documents.join('\n---\n'));
  return path;
}
