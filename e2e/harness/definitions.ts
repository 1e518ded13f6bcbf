import { kinds } from '@hearth/domain';
import { customResourceDefinition } from '../../crds/crd.ts';
import type { Kubectl } from './kubectl.ts';

/** Installs the definitions of every kind, as the schemas have them now, and waits until they are served. */
export async function installDefinitions(kubectl: Kubectl): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: kinds.map(customResourceDefinition) };
  for (const args of [
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    ['wait', '--for=condition=Established', '--timeout=60s', '-f', '-'],
  ]) {
    const answer = await kubectl(args, list);
    if (!answer.ok) throw new Error(`the API server refuses the definitions: ${answer.stderr}`);
  }
}
