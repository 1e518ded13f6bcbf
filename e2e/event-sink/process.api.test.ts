import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint } from '@hearth/domain';
import { loadCluster, systemClock } from '@hearth/runtime';
import { createLogger } from '@hearth/runtime/log';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { plainPages } from '../../operators/event-sink/http/testing/plain-pages.ts';
import { proofCrypto } from '../../operators/event-sink/log/sign.ts';
import { type Running, startEventSink } from '../../operators/event-sink/start.ts';
import { home } from '../app/home.ts';
import { app } from '../app/objects.ts';
import { rolesOf } from '../app/rights.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';

const checkpoint = ['configmap', 'hearth-events-checkpoint', '-n', 'hearth-system'];
const IRI = '/home/apps.apps.hearth.dev/rss';

let plane: ControlPlane;
let kubectl: Kubectl;
let folder: string;
let kubeconfig: string;
let running: Running | undefined;

/** What kubectl prints; fails where it fails. */
async function run(args: readonly string[], object?: object): Promise<string> {
  const { ok, stdout, stderr } = await kubectl(args, object);
  if (!ok) throw new Error(stderr);
  return stdout;
}
const apply = (...items: object[]) =>
  run(['apply', '--server-side', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });

beforeAll(async () => {
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  folder = await mkdtemp(join(tmpdir(), 'hearth-sink-'));
  await installDefinitions(kubectl);
  for (const name of ['hearth-system', 'home']) await run(['create', 'namespace', name]);
  await apply(...(await rolesOf('event-sink')));
  await run(['create', ...checkpoint]);
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(
    join(folder, 'checkpoint.pem'),
    privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  );
  await writeFile(join(folder, 'salt'), 's'.repeat(40));
  kubeconfig = await plane.kubeconfigFor('system:serviceaccount:hearth-system:hearth-events', []);
});
afterAll(async () => {
  await running?.stop();
  await plane?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the sink on a log in a folder, with the rights of the chart and no others. */
async function start(log = folder): Promise<Running> {
  running = await startEventSink(
    {
      folder: log,
      keys: folder,
      signIn: join(folder, 'sign-in'),
      port: 0,
      healthPort: 0,
      namespace: 'hearth-system',
      logLevel: 'silent',
    },
    {
      cluster: await loadCluster({ kubeconfig }),
      clock: systemClock,
      logger: createLogger({ level: 'silent' }),
      pages: plainPages,
      assets: [],
      onMove: () => undefined,
      onLost: () => undefined,
    },
  );
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const health = async (path: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`http://127.0.0.1:${running?.healthPort}${path}`);
  return { status: answer.status, text: await answer.text() };
};
const metric = async (series: string): Promise<number> =>
  Number(
    (await health('/metrics')).text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1],
  );
const becomesReady = () =>
  vi.waitFor(async () => expect(await health('/readyz')).toMatchObject({ status: 200 }), {
    timeout: 30_000,
    interval: 200,
  });
/** How many events the last checkpoint vouches for. */
async function vouched(): Promise<number> {
  const { data } = JSON.parse(await run(['get', ...checkpoint, '-o', 'json'])) as {
    data: { checkpoint: string; key: string };
  };
  return openCheckpoint(proofCrypto, data.checkpoint, data.key).size;
}

test('it records before there is a Home, and is ready when there is one', async () => {
  await start();
  await apply(app('rss', 'miniflux'));
  await vi.waitFor(async () => expect(await metric('hearth_events_log_seq')).toBe(1), { timeout: 30_000 });
  expect(await health('/healthz')).toMatchObject({ status: 200 });
  expect(await health('/readyz')).toMatchObject({
    status: 503,
    text: expect.stringContaining('the Home'),
  });
  await apply(home);
  await becomesReady();
  expect(await running?.answering).toMatchObject({ base: `https://${home.spec.domain}/` });
  await vi.waitFor(async () => expect(await metric('hearth_events_graph_seq')).toBe(2), { timeout: 30_000 });
});

test('it answers who brings a token that is meant for it, and may see what they ask for', async () => {
  const { port } = (await running?.answering) ?? { port: 0 };
  const ask = (authorization: string) =>
    fetch(`http://127.0.0.1:${port}${IRI}`, { headers: { accept: 'application/json', authorization } });
  for (const name of ['reader', 'stranger']) await run(['create', 'serviceaccount', name, '-n', 'home']);
  await run(['create', 'role', 'reader', '-n', 'home', '--verb=get', '--resource=apps.apps.hearth.dev']);
  await run([
    'create',
    'rolebinding',
    'reader',
    '-n',
    'home',
    '--role=reader',
    '--serviceaccount=home:reader',
  ]);
  const token = async (who: string, ...args: string[]) =>
    `Bearer ${(await run(['create', 'token', who, '-n', 'home', ...args])).trim()}`;
  const answer = await ask(await token('reader', '--audience=hearth-events'));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ kind: 'App', metadata: { name: 'rss' } });
  expect((await ask(await token('stranger', '--audience=hearth-events'))).status).toBe(404);
  expect((await ask(await token('reader'))).status).toBe(401);
  expect((await ask('')).status).toBe(401);
  expect((await health('/metrics')).text).toMatch(/hearth_events_request_seconds_count{.*code="404"/);
});

test('it vouches for its log as it ends, and goes on where it was', async () => {
  const before = await metric('hearth_events_log_seq');
  await stop();
  expect(await vouched()).toBe(before);
  await run(['label', 'app', 'rss', '-n', 'home', 'while=away']);
  await start();
  await becomesReady();
  await vi.waitFor(async () => expect(await metric('hearth_events_log_seq')).toBe(before + 1));
  await stop();
  expect(await vouched()).toBe(before + 1);
});

test('it refuses to vouch for another log in the place of the one that was vouched for', async () => {
  const size = await vouched();
  const other = await mkdtemp(join(folder, 'other-'));
  await start(other);
  await becomesReady();
  await vi.waitFor(async () => expect(await metric('hearth_events_checkpoint_refused')).toBe(1));
  await stop();
  expect(await vouched()).toBe(size);
});

test.each([
  ['get', 'secrets'],
  ['list', 'secrets'],
  ['watch', 'secrets'],
  ['create', 'apps.apps.hearth.dev'],
  ['patch', 'configmaps'],
])('it may not %s %s', async (verb, resource) => {
  const who = '--as=system:serviceaccount:hearth-system:hearth-events';
  const { stdout } = await kubectl(['auth', 'can-i', verb, resource, '-n', 'hearth-system', who]);
  expect(stdout.trim()).toBe('no');
});
