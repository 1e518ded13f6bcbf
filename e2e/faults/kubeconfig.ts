import { readFile, writeFile } from 'node:fs/promises';
import { dump, load } from 'js-yaml';

/** Writes a kubeconfig for the same user as that at `path`, by way of another server, and returns where. */
export async function kubeconfigVia(path: string, server: string, target: string): Promise<string> {
  const config = load(await readFile(path, 'utf8')) as { clusters: { name: string }[] };
  const clusters = config.clusters.map(({ name }) => ({ name, cluster: { server } }));
  await writeFile(target, dump({ ...config, clusters }), { mode: 0o600 });
  return target;
}
