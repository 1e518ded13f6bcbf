import { certManagerCrdFolder, traefikCrdFile } from '../../bootstrap/tools/module.ts';
import type { Kubectl } from './kubectl.ts';

/** Installs Traefik's own definitions of its kinds. */
export const installTraefikDefinitions = async (kubectl: Kubectl): Promise<void> =>
  install(kubectl, await traefikCrdFile());

/** Installs cert-manager's own definitions of its kinds. */
export const installCertManagerDefinitions = async (kubectl: Kubectl): Promise<void> =>
  install(kubectl, await certManagerCrdFolder());

async function install(kubectl: Kubectl, path: string): Promise<void> {
  const answer = await kubectl(['apply', '--server-side', '-f', path]);
  if (!answer.ok) throw new Error(`the API server refuses ${path}: ${answer.stderr}`);
}
