import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import type { Clock } from '../clock.ts';
import type { ClusterConfig, Credentials } from './cluster.ts';
import { tokenFile } from './token.ts';

/** The parts of a kubeconfig that say how to reach a cluster (client.authentication.k8s.io, clientcmd/api/v1). */
interface KubeconfigFile {
  readonly 'current-context'?: string;
  readonly clusters?: readonly { readonly name: string; readonly cluster: ClusterEntry }[];
  readonly users?: readonly { readonly name: string; readonly user: UserEntry }[];
  readonly contexts?: readonly { readonly name: string; readonly context: ContextEntry }[];
}
interface ClusterEntry {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
}
interface UserEntry {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: object;
  readonly 'auth-provider'?: object;
}
interface ContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** One entry of a kubeconfig, and the file that it stands in: paths in it are relative to that file. */
interface Found<T> {
  readonly entry: T;
  readonly file: string;
}

/**
 * Reads one context of a kubeconfig.
 * @param files the files of KUBECONFIG, in order: for each name the first that has it counts.
 * @throws where a file can't be read, or the context, its cluster or its user isn't in any of them.
 */
export async function fromKubeconfig(
  files: readonly string[],
  contextName: string | undefined,
  clock: Clock,
): Promise<ClusterConfig> {
  const parsed = await Promise.all(files.map(async (file) => ({ file, content: await parseFile(file) })));
  const find = <T extends { readonly name: string }>(
    list: (c: KubeconfigFile) => readonly T[] | undefined,
    name: string,
    what: string,
  ): Found<T> => {
    for (const { file, content } of parsed) {
      const entry = list(content)?.find((candidate) => candidate.name === name);
      if (entry) return { entry, file };
    }
    throw new Error(`kubeconfig ${files.join(', ')} has no ${what} named "${name}"`);
  };
  const name = contextName ?? parsed.map(({ content }) => content['current-context']).find(Boolean);
  if (!name) throw new Error(`kubeconfig ${files.join(', ')} has no current context; name one`);
  const context = find((content) => content.contexts, name, 'context');
  const cluster = find((content) => content.clusters, context.entry.context.cluster, 'cluster');
  const user = find((content) => content.users, context.entry.context.user, 'user');
  refuseUnknown(user.entry.user, ['as', 'as-uid', 'as-groups', 'as-user-extra'], user.file);
  refuseUnknown(cluster.entry.cluster, ['proxy-url'], cluster.file);
  return {
    ...(await clusterPart(cluster.entry.cluster, cluster.file)),
    ...(await userPart(user.entry.user, user.file, name, clock)),
    namespace: context.entry.context.namespace ?? 'default',
    inCluster: false,
    kubeconfig: { path: context.file, context: name },
  };
}

/** Whoever asks to act as somebody with fewer rights must not be given all of their own. */
function refuseUnknown(entry: object, fields: readonly string[], file: string): void {
  const asked = fields.find((field) => field in entry);
  if (asked) throw new Error(`kubeconfig ${file} asks for "${asked}", which is not supported; leave it out`);
}

async function parseFile(file: string): Promise<KubeconfigFile> {
  const content: unknown = load(await readFile(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file} is not a kubeconfig`);
  return content;
}

async function clusterPart(entry: ClusterEntry, file: string) {
  return {
    server: entry.server,
    ca: await pem(entry['certificate-authority-data'], entry['certificate-authority'], file),
    serverName: entry['tls-server-name'],
    insecure: entry['insecure-skip-tls-verify'],
  };
}

async function userPart(entry: UserEntry, file: string, context: string, clock: Clock) {
  if (entry.exec || entry['auth-provider']) return pluginPart(file, context);
  return {
    cert: await pem(entry['client-certificate-data'], entry['client-certificate'], file),
    key: await pem(entry['client-key-data'], entry['client-key'], file),
    credentials: fixedCredentials(entry, file, clock),
  };
}

function fixedCredentials(
  entry: UserEntry,
  file: string,
  clock: Clock,
): (refused: boolean) => Promise<Credentials> {
  if (entry.tokenFile) {
    const token = tokenFile(resolve(dirname(file), entry.tokenFile), clock);
    return async (refused) => ({ authorization: `Bearer ${await token(refused)}` });
  }
  const basic = entry.username
    ? Buffer.from(`${entry.username}:${entry.password ?? ''}`).toString('base64')
    : undefined;
  const authorization = entry.token ? `Bearer ${entry.token}` : basic ? `Basic ${basic}` : undefined;
  return async () => ({ authorization });
}

/**
 * Credentials from an exec plugin or an OIDC provider: client-node knows them, and keeps them until they
 * expire. It is loaded only here, since it costs a small machine more memory than all the rest.
 */
async function pluginPart(path: string, context: string) {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(path);
  config.setCurrentContext(context);
  const options = async () => {
    const filled: { headers: Record<string, string>; cert?: string | Buffer; key?: string | Buffer } = {
      headers: {},
    };
    await config.applyToHTTPSOptions(filled);
    return filled;
  };
  const { cert, key } = await options();
  return {
    cert: cert?.toString(),
    key: key?.toString(),
    credentials: async () => ({ authorization: (await options()).headers.Authorization }),
  };
}

async function pem(
  data: string | undefined,
  path: string | undefined,
  file: string,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return path ? readFile(resolve(dirname(file), path), 'utf8') : undefined;
}
