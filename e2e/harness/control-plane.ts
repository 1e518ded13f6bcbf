import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { dump } from 'js-yaml';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';
import { createTransport, loadCluster } from '../../operators/runtime/index.ts';
import { freePort } from './free-port.ts';

/** A Kubernetes API of a test's own: etcd and kube-apiserver, and nothing that acts on what is in it. */
export interface ControlPlane {
  /** The path of a kubeconfig for an administrator. */
  readonly kubeconfig: string;
  /** A kubeconfig for somebody of these groups. */
  kubeconfigFor(user: string, groups: readonly string[]): Promise<string>;
  /** Ends the API server (SIGKILL) and starts it again, with the same data on the same port. */
  restart(): Promise<void>;
  /** Makes etcd forget all revisions but the last. */
  compact(): Promise<void>;
  /** Ends everything and removes the data. */
  stop(): Promise<void>;
}

/** What this plane does beside the defaults. */
export interface ControlPlaneOptions {
  /** Further flags of kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
}

/**
 * Starts a control plane on free ports of the loopback interface, its data in a folder of its own. It ends with
 * this process, however that ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const tools = await ensureTools(['etcd', 'kube-apiserver'], () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-control-plane-'));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const users = await createUsers(folder, `https://127.0.0.1:${secure}`);
  const kubeconfig = await users.add('admin', ['system:masters']);
  await createServiceAccountKey(folder);
  const etcd = run(folder, tools.etcd, etcdFlags(folder, client, peer));
  const startServer = () =>
    run(folder, tools['kube-apiserver'], [
      ...apiServerFlags(folder, client, secure),
      ...(options.apiServerFlags ?? []),
    ]);
  let server = startServer();
  const stop = async () => {
    await server.end();
    await etcd.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilReady(kubeconfig, server, folder);
  } catch (error) {
    await stop();
    throw error;
  }
  const restart = async () => {
    await server.end();
    server = startServer();
    await untilReady(kubeconfig, server, folder);
  };
  return {
    kubeconfig,
    stop,
    restart,
    async kubeconfigFor(user, groups) {
      const path = await users.add(user, groups);
      // The API server reads its users when it starts.
      await restart();
      return path;
    },
    compact: () => compact(`http://127.0.0.1:${client}`),
  };
}

/** The users of the plane: a token each, in the file that the API server reads. */
async function createUsers(folder: string, server: string) {
  const lines: string[] = [];
  return {
    async add(user: string, groups: readonly string[]): Promise<string> {
      const token = randomBytes(16).toString('hex');
      lines.push(`${token},${user},${user},"${groups.join(',')}"`);
      await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
      const path = join(folder, `${user}.kubeconfig`);
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        clusters: [
          { name: 'test', cluster: { server, 'certificate-authority': join(folder, 'apiserver.crt') } },
        ],
        users: [{ name: user, user: { token } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: 'default' } }],
      };
      await writeFile(path, dump(config), { mode: 0o600 });
      return path;
    },
  };
}

async function createServiceAccountKey(folder: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
}

function etcdFlags(folder: string, client: number, peer: number): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

function apiServerFlags(folder: string, etcd: number, secure: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${secure}`,
    // It makes a certificate for itself here, and takes the same one again when it is restarted.
    `--cert-dir=${folder}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--service-account-key-file=${join(folder, 'sa.key')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    // Nothing here makes service accounts, without which no pod could be created.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

interface Process {
  running(): boolean;
  end(): Promise<void>;
}

/** Starts a binary that is killed together with this process. */
function run(folder: string, binary: string, flags: readonly string[]): Process {
  const log = { file: join(folder, 'log'), append: true };
  const started = execa('setpriv', ['--pdeathsig=KILL', '--', binary, ...flags], {
    reject: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  });
  let running = true;
  const ended = started.then(() => {
    running = false;
  });
  return {
    running: () => running,
    end() {
      started.kill('SIGKILL');
      return ended;
    },
  };
}

async function untilReady(kubeconfig: string, server: Process, folder: string): Promise<void> {
  const patience = AbortSignal.timeout(60_000);
  while (!patience.aborted && server.running()) {
    if (await isReady(kubeconfig)) return;
    await pause(200);
  }
  throw new Error(
    `kube-apiserver did not start: ${(await readFile(join(folder, 'log'), 'utf8')).slice(-2000)}`,
  );
}

/** Ready, and with the namespace that every test may use. */
async function isReady(kubeconfig: string): Promise<boolean> {
  try {
    const transport = createTransport(await loadCluster({ kubeconfig }));
    try {
      await transport.stream({ method: 'GET', path: '/readyz' }, () => undefined);
      await transport.request({ method: 'GET', path: '/api/v1/namespaces/default', attempts: 1 });
      return true;
    } finally {
      await transport.close();
    }
  } catch {
    return false;
  }
}

/** Over etcd's JSON gateway: the revision of now, then compaction up to it. */
async function compact(etcd: string): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const range = await post('/v3/kv/range', { key: Buffer.from('hearth').toString('base64') });
  if (!range.ok) throw new Error(`etcd has no revision: ${await range.text()}`);
  const { header } = (await range.json()) as { readonly header: { readonly revision: string } };
  const compaction = await post('/v3/kv/compaction', { revision: header.revision, physical: true });
  const said = await compaction.text();
  // Nothing has been written since it was last done.
  if (!compaction.ok && !said.includes('has been compacted'))
    throw new Error(`etcd is not compacted: ${said}`);
}
