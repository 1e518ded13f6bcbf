import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '@hearth/domain';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { proofCrypto } from '../../operators/event-sink/log/sign.ts';
import type { Running } from '../../operators/event-sink/start.ts';
import { home } from '../app/home.ts';
import { app } from '../app/objects.ts';
import { makeSinkPlace, type SinkPlace } from './sink-place.ts';

const checkpoint = ['configmap', 'hearth-events-checkpoint', '-n', 'hearth-system'];
const IRI = '/home/apps.apps.hearth.dev/rss';

let place: SinkPlace;
let running: Running | undefined;

const run: SinkPlace['run'] = (args, object) => place.run(args, object);
const apply = (...objects: object[]) => place.apply(objects);

beforeAll(async () => {
  place = await makeSinkPlace();
});
afterAll(async () => {
  await running?.stop();
  await place?.remove();
});

async function start(log?: string): Promise<Running> {
  running = await place.start(log);
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
  await vi.waitFor(async () => expect(await metric('hearth_events_log_seq')).toBe(before + 1), 20000);
  await stop();
  expect(await vouched()).toBe(before + 1);
});

test('it refuses to vouch for another log in the place of the one that was vouched for', async () => {
  const size = await vouched();
  const other = await mkdtemp(join(place.folder, 'other-'));
  await start(other);
  await becomesReady();
  await vi.waitFor(async () => expect(await metric('hearth_events_checkpoint_refused')).toBe(1), 20000);
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
  const { stdout } = await place.kubectl(['auth', 'can-i', verb, resource, '-n', 'hearth-system', who]);
  expect(stdout.trim()).toBe('no');
});
