import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../failure.ts';

/**
 * Traefik's CustomResourceDefinitions, as the pinned module carries them.
 *
 * @returns the path of a file of several YAML documents. It lies in Go's module cache: read it, don't change it.
 */
export const traefikCrdFile = async (): Promise<string> =>
  join(
    await moduleFolder('traefik', 'github.com/traefik/traefik/v3'),
    'integration/fixtures/k8s/01-traefik-crd.yml',
  );

/**
 * cert-manager's CustomResourceDefinitions, as the pinned module carries them.
 *
 * @returns the path of a folder with one YAML file for each. It lies in Go's module cache: read it, don't change it.
 */
export const certManagerCrdFolder = async (): Promise<string> =>
  join(await moduleFolder('cert-manager', 'github.com/cert-manager/cert-manager'), 'deploy/crds');

/**
 * The CustomResourceDefinitions of the Prometheus operator, as the pinned module carries them.
 *
 * @returns the path of a folder with one YAML file for each. It lies in Go's module cache: read it, don't change it.
 */
export const prometheusCrdFolder = async (): Promise<string> =>
  join(
    await moduleFolder('prometheus-operator', 'github.com/prometheus-operator/prometheus-operator'),
    'example/prometheus-operator-crd',
  );

/**
 * Where Go keeps the source of a module that a folder pins: one here, or any by its absolute path. Downloads it once,
 * and checks it by go.sum.
 */
export async function moduleFolder(folder: string, module: string): Promise<string> {
  const cwd = resolve(import.meta.dirname, folder);
  const { stdout, failed, shortMessage } = await execa('go', ['mod', 'download', '-json', module], {
    cwd,
    reject: false,
  });
  const told = parsed(stdout);
  if (failed || !told.Dir)
    throw new Failure(`The source of ${module} can't be had: ${told.Error ?? shortMessage}`);
  return told.Dir;
}

/** What `go mod download -json` prints; nothing where Go did not run. */
const parsed = (output: string | undefined): { Dir?: string; Error?: string } => JSON.parse(output || '{}');
