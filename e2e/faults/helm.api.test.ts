import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { helmFor } from '../../bootstrap/install/helm.ts';
import { applyObjects, type Kubectl, kubectlFor } from '../../bootstrap/kubectl.ts';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';

const RELEASE = { name: 'catalogue', namespace: 'hearth-system' };
const CHART = join(import.meta.dirname, '../../charts', RELEASE.name);
let plane: ControlPlane;
let tools: { readonly helm: string; readonly kubectl: string };
let kubectl: Kubectl;
const said: string[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  tools = await ensureTools(['helm', 'kubectl'], () => undefined);
  kubectl = kubectlFor(tools.kubectl, plane.kubeconfig);
  await helm({ name: 'hearth-crds', namespace: RELEASE.namespace });
  await kubectl(['create', 'namespace', 'hearth-providers']);
});
afterAll(() => plane?.stop());

const helm: ReturnType<typeof helmFor> = (release) =>
  helmFor(tools, plane.kubeconfig, (doing) => said.push(doing), 1000)(release);

/** What the records of the release say, the oldest first. */
const statuses = async () => {
  const ofRelease = ['-n', RELEASE.namespace, '-l', `owner=helm,name=${RELEASE.name}`];
  return kubectl(['get', 'secrets', ...ofRelease, '-o=jsonpath={.items[*].metadata.labels.status}']);
};

/**
 * A helm that is killed in the middle of its work, as it is when the machine loses its power: as soon as the API server
 * asks somebody about what it makes.
 */
async function killedHelm(): Promise<void> {
  const asked = createServer();
  asked.listen(0, '127.0.0.1');
  await once(asked, 'listening');
  await applyObjects(kubectl, [admission((asked.address() as AddressInfo).port)]);
  await untilAsked(asked);
  const target = ['--namespace', RELEASE.namespace, '--kubeconfig', plane.kubeconfig];
  const args = ['upgrade', '--install', RELEASE.name, CHART, ...target, '--values', '-'];
  const running = execa(tools.helm, args, { reject: false, input: '{}' });
  try {
    const ended = running.then(({ stderr }) => Promise.reject(new Error(`helm came to its end: ${stderr}`)));
    const [socket] = (await Promise.race([once(asked, 'connection'), ended])) as [Socket];
    running.kill('SIGKILL');
    await ended.catch(() => undefined);
    socket.destroy();
  } finally {
    asked.close();
    await kubectl(['delete', 'validatingwebhookconfiguration', 'nobody']);
  }
}

/** The API server asks some time after it was told whom. */
async function untilAsked(asked: Server): Promise<void> {
  let heard = false;
  asked.on('connection', (socket) => {
    heard = true;
    socket.destroy();
  });
  const app = {
    apiVersion: 'apps.hearth.dev/v1alpha1',
    kind: 'App',
    metadata: { name: 'probe', namespace: 'hearth-providers' },
    spec: { definition: 'postgres' },
  };
  const probe = () => kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(app));
  while (!heard) await probe().catch(() => pause(100));
  asked.removeAllListeners('connection');
}

const admission = (port: number) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'nobody' },
  webhooks: [
    {
      name: 'nobody.hearth.dev',
      clientConfig: { url: `https://127.0.0.1:${port}/` },
      rules: [
        {
          apiGroups: ['apps.hearth.dev'],
          apiVersions: ['*'],
          resources: ['appdefinitions', 'apps'],
          operations: ['*'],
        },
      ],
      ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Fail', timeoutSeconds: 30 },
    },
  ],
});

it.each([
  ['an installation', 'pending-install', 'deployed'],
  ['an upgrade', 'deployed pending-upgrade', 'superseded deployed'],
])('%s that was cut off is gone on with', async (_, left, then) => {
  said.length = 0;
  await killedHelm();
  expect(await statuses()).toBe(left);
  await helm(RELEASE);
  expect(await statuses()).toBe(then);
  expect(said).toContain('waiting for another helm that is at catalogue');
  const definitions = await kubectl(['get', 'appdefinitions', '-o', 'name']);
  expect(definitions).toContain('appdefinition.apps.hearth.dev/postgres');
});

it('a helm that is at it is left alone, and one that is so no more is not', async () => {
  const name = 'nothing';
  const secret = ['secret', 'record', '-n', RELEASE.namespace];
  const labels = { owner: 'helm', name, status: 'pending-install' };
  const metadata = { name: 'record', namespace: RELEASE.namespace, labels };
  await applyObjects(kubectl, [{ apiVersion: 'v1', kind: 'Secret', metadata }]);
  const waiting = helm({ ...RELEASE, name }).catch(({ message }: Error) => message);
  // Fails where the record has gone.
  for (let turn = 0; turn < 8; turn += 1) {
    await kubectl(['annotate', ...secret, '--overwrite', `turn=${turn}`]);
    await pause(400);
  }
  expect(await waiting).toContain('helm could not install nothing');
  expect(await kubectl(['get', ...secret, '--ignore-not-found'])).toBe('');
});

it('what somebody changed by hand is as the chart says again', async () => {
  const title = () => kubectl(['get', 'appdefinition', 'postgres', '-o=jsonpath={.spec.title}']);
  const before = await title();
  await kubectl(['patch', 'appdefinition', 'postgres', '--type=merge', '-p', '{"spec":{"title":"Mine"}}']);
  await helm(RELEASE);
  expect(await title()).toBe(before);
});

it('says what helm said', async () => {
  await expect(helm({ ...RELEASE, name: 'nothing' })).rejects.toThrow(
    /^helm could not install nothing: .*not found/,
  );
});
