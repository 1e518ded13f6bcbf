import { certManagerCrdFolder, prometheusCrdFolder, traefikCrdFile } from '../../bootstrap/tools/module.ts';
import type { Kubectl } from './kubectl.ts';

/** Installs Traefik's own definitions of its kinds. */
export const installTraefikDefinitions = async (kubectl: Kubectl): Promise<void> =>
  install(kubectl, await traefikCrdFile());

/** Installs cert-manager's own definitions of its kinds. */
export const installCertManagerDefinitions = async (kubectl: Kubectl): Promise<void> =>
  install(kubectl, await certManagerCrdFolder());

/** Installs the Prometheus operator's own definitions of the kinds that the chart makes. */
export async function installPrometheusDefinitions(kubectl: Kubectl): Promise<void> {
  const folder = await prometheusCrdFolder();
  for (const plural of ['podmonitors', 'prometheusrules'])
    await install(kubectl, `${folder}/monitoring.coreos.com_${plural}.yaml`);
}

async function install(kubectl: Kubectl, path: string): Promise<void> {
  const answer = await kubectl(['apply', '--server-side', '-f', path]);
  if (!answer.ok) throw new Error(`the API server refuses ${path}: ${answer.stderr}`);
}
