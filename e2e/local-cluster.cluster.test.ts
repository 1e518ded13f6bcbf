import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterFolder } from '../bootstrap/folder.ts';
import { applyObjects, type Kubectl, kubectlFor } from '../bootstrap/kubectl.ts';
import { homeDnsConfigMap } from '../bootstrap/local/dns.ts';
import { processesInCgroup } from '../bootstrap/local/native/cgroups.ts';
import { nativeCluster } from '../bootstrap/local/native/native.ts';
import { clusterProcesses, components, killAll } from '../bootstrap/local/native/processes.ts';
import { ensureTools } from '../bootstrap/local/native/toolchain.ts';
import { waitUntil } from '../bootstrap/waiting.ts';
import { BUSYBOX_IMAGE, busyboxArchive } from './harness/busybox.ts';
import { kiko, startKiko } from './harness/kiko.ts';
import { type MachineState, machineState, makeRoom } from './harness/machine.ts';

const NAME = 'test';
const FOLDER = clusterFolder(NAME);
const HOST_PORT = 18_099;
const cluster = nativeCluster(NAME);
const UP = ['up', '--local', '--bare', '--driver', 'native'];
const up = () => kiko(...UP, '--name', NAME, '--output', 'json');

let before: MachineState;
let kubectl: Kubectl;

beforeAll(async () => {
  await makeRoom();
  await kiko('down', '--name', NAME, '--delete-data', NAME);
  before = await machineState();
  const tools = await ensureTools(['kubectl'], () => undefined);
  kubectl = kubectlFor(tools.kubectl, cluster.kubeconfig);
});

afterAll(async () => {
  await kiko('down', '--name', NAME, '--delete-data', NAME);
});

const inPod = (...command: string[]) => kubectl(['exec', 'web', '--', ...command]);

/** Resolves a name in the pod and fetches from what it means, with applets that need no resolver of a C library. */
async function fetchByName(name: string): Promise<string> {
  const address = /^Name:.*\n^Address: (\S+)/m.exec(await inPod('/nslookup', name))?.[1] ?? 'none';
  const request = 'printf "GET / HTTP/1.0\\r\\n\\r\\n" | /nc -w 3 "$0" 80';
  return (await inPod('/sh', '-c', request, address)).split('\r\n\r\n')[1]?.trim() ?? '';
}

/** A pod as apps have them: not root, with limits, a volume, a Service and a port on the host. */
const web = () => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'web', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'web' } }],
      containers: [
        {
          name: 'web',
          image: BUSYBOX_IMAGE,
          imagePullPolicy: 'Never',
          command: ['/httpd', '-f', '-p', '8080', '-h', '/data'],
          ports: [{ containerPort: 8080, hostPort: HOST_PORT }],
          resources: { limits: { cpu: '200m', memory: '64Mi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
    },
  },
];

const componentPids = () =>
  components(FOLDER)
    .map((process) => `${process.component} ${process.pid}`)
    .sort();

describe('a native cluster', () => {
  test('comes up within a minute once its binaries are built', async () => {
    await up(); // builds what is not built yet
    await kiko('down', '--name', NAME);
    const start = performance.now();
    const result = JSON.parse(await up()) as { driver: string; kubeconfig: string };
    expect(performance.now() - start).toBeLessThan(60_000);
    expect(result).toMatchObject({ driver: 'native', kubeconfig: cluster.kubeconfig });
    const version = await kubectl([
      'get',
      'node',
      NAME,
      '--output=jsonpath={.status.nodeInfo.kubeletVersion}',
    ]);
    expect(version).toBe('v1.34.4');
  });

  test('is left alone by a second up', async () => {
    const pids = componentPids();
    await up();
    expect(componentPids()).toEqual(pids);
  });

  test('runs a pod that is not root, with a volume and its limits', async () => {
    await cluster.importImages(await busyboxArchive());
    await applyObjects(kubectl, web());
    await kubectl(['wait', 'pod/web', '--for=condition=Ready', '--timeout=90s']);
    expect(await inPod('/id', '-u')).toBe('1000');
    await inPod('/sh', '-c', 'echo kept > /data/index.html');
    const limit = await inPod(
      '/sh',
      '-c',
      'cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes',
    );
    expect(limit).toContain(String(64 * 1024 * 1024));
  });

  test('resolves and reaches a Service from a pod, and a host port from the host', async () => {
    expect(await fetchByName('web.default.svc.cluster.local')).toBe('kept');
    const address = await cluster.nodeAddress();
    for (const host of [address, '127.0.0.1']) {
      expect((await (await fetch(`http://${host}:${HOST_PORT}/`)).text()).trim()).toBe('kept');
    }
  });

  test("maps every name of the home's domain to one Service", async () => {
    await applyObjects(kubectl, [
      homeDnsConfigMap('hearth.home.arpa', { namespace: 'default', name: 'web' }),
    ]);
    const reached = () => fetchByName('any.app.hearth.home.arpa').catch(() => '');
    await waitUntil('That the name is mapped', async () => (await reached()) === 'kept', { seconds: 90 });
    expect(await fetchByName('hearth.home.arpa')).toBe('kept');
  });

  test('gives a pod a token that the API server knows it by', async () => {
    const token = await inPod('/cat', '/var/run/secrets/kubernetes.io/serviceaccount/token');
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const answer = await kubectl(['create', '--output=json', '-f', '-'], JSON.stringify(review));
    const { status } = JSON.parse(answer) as {
      status: { authenticated: boolean; user: { username: string } };
    };
    expect(status.authenticated).toBe(true);
    expect(status.user.username).toBe('system:serviceaccount:default:default');
  });

  test('refuses to be taken away while it holds data that nobody named', async () => {
    const { exitCode, stderr } = await startKiko('down', '--name', NAME);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`holds data (1 volume); to delete it, run kiko down --delete-data ${NAME}.`);
    expect(JSON.parse(await kiko('status', '--name', NAME, '-o', 'json'))).toMatchObject({
      state: 'running',
    });
  });

  test('comes back with its data after every process was killed', async () => {
    await killAll(() => [...clusterProcesses(FOLDER), ...processesInCgroup(`/hearth-${NAME}`)]);
    expect(JSON.parse(await kiko('status', '--name', NAME, '-o', 'json'))).toMatchObject({
      state: 'stopped',
    });
    await up();
    const answer = () => fetchByName('web.default.svc.cluster.local').catch(() => '');
    await waitUntil('That the pod is back', async () => (await answer()) === 'kept', { seconds: 90 });
  });

  test('comes back after any one process was killed', async () => {
    for (const name of ['kubelet', 'etcd', 'containerd']) {
      await killAll(() => components(FOLDER).filter((process) => process.component === name));
      await up();
      expect(await kubectl(['get', 'node', NAME, '--output=name'])).toBe(`node/${NAME}`);
    }
  });

  test('leaves nothing behind when it is taken away', async () => {
    await kiko('down', '--name', NAME, '--delete-data', NAME);
    expect(await machineState()).toEqual(before);
    expect(existsSync(FOLDER)).toBe(false);
  });
});

describe('an up or down that is killed', () => {
  /** Kills the command, and nothing that it started, after a while. */
  const killedAfter = async (milliseconds: number, ...args: string[]) => {
    const command = startKiko(...args, '--name', NAME);
    await sleep(milliseconds);
    command.kill('SIGKILL');
    await command;
  };

  test.each([200, 700, 1200, 2000, 3500, 6000])(
    'is finished by the next up (after %i ms)',
    async (milliseconds) => {
      await killedAfter(milliseconds, ...UP);
      await up();
      expect(await kubectl(['get', '--raw', '/readyz'])).toBe('ok');
      await kiko('down', '--name', NAME);
      expect(await machineState()).toEqual(before);
    },
  );

  test.each([300, 800, 1300, 2000])(
    'is cleaned up by the next down (up for %i ms, down cut off)',
    async (milliseconds) => {
      await killedAfter(milliseconds * 2, ...UP);
      await killedAfter(milliseconds, 'down');
      await kiko('down', '--name', NAME);
      expect(await machineState()).toEqual(before);
    },
  );
});
