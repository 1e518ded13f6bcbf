import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { ClusterConfig } from './cluster.ts';
import { tokenFile } from './token.ts';

/** Where kubelet mounts the service account of a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster that this process is a pod of; undefined where it is none. */
export async function inCluster(
  env: NodeJS.ProcessEnv,
  clock: Clock,
  folder: string = SERVICE_ACCOUNT,
): Promise<ClusterConfig | undefined> {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT;
  const path = join(folder, 'token');
  if (!host || !port || !(await readable(path))) return undefined;
  const token = tokenFile(path, clock);
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: await readFile(join(folder, 'ca.crt'), 'utf8'),
    namespace: (await readFile(join(folder, 'namespace'), 'utf8')).trim(),
    inCluster: true,
    credentials: async (refused) => ({ authorization: `Bearer ${await token(refused)}` }),
  };
}

async function readable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
