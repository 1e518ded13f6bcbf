import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { ControlPlane } from '../harness/control-plane.ts';
import type { Kubectl } from '../harness/kubectl.ts';

/** The namespace of the release. */
const release = 'hearth-system';

/**
 * Gives the operators the roles of the chart, as it ships them, and no others.
 * @returns the path of a kubeconfig for them.
 */
export async function operatorKubeconfig(
  kubectl: Kubectl,
  { kubeconfigFor }: Pick<ControlPlane, 'kubeconfigFor'>,
  slices: readonly string[] = ['app'],
): Promise<string> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } };
  const roles = await Promise.all([...slices, 'runtime'].map(rolesOf));
  const items = [namespace, ...roles.flat()];
  const { ok, stderr } = await kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  if (!ok) throw new Error(stderr);
  // To the API server, a service account is a user of this name.
  return kubeconfigFor(`system:serviceaccount:${release}:hearth-operators`, ['system:serviceaccounts']);
}

/** The roles of a slice, of which only the namespace, and whether they are wanted at all, is a template. */
export const rolesOf = (slice: string): Promise<object[]> => generated(`rbac-${slice}.yaml`);

/** The objects of a generated template. */
export async function generated(file: string): Promise<object[]> {
  const folder = join(import.meta.dirname, '../../charts/hearth/templates/generated');
  const template = await readFile(join(folder, file), 'utf8');
  const text = template.replaceAll('{{ .Release.Namespace }}', release).replaceAll(/^\{\{-.*\}\}$/gm, '');
  return loadAll(text) as object[];
}
