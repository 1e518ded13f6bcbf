import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCluster, systemClock } from '@hearth/runtime';
import { createLogger } from '@hearth/runtime/log';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventsOf, resourceIri } from '../../bootstrap/events/address.ts';
import { askSink, type SinkClient } from '../../bootstrap/events/ask-sink.ts';
import { followEvents } from '../../bootstrap/events/follow.ts';
import { readHistory, stateAt } from '../../bootstrap/events/history.ts';
import { createLines } from '../../bootstrap/events/lines.ts';
import { sparqlTable } from '../../bootstrap/events/sparql-table.ts';
import { readLines } from '../../bootstrap/events/verify/check-files.ts';
import { checkLog } from '../../bootstrap/events/verify/check-log.ts';
import { homeWitnesses } from '../../bootstrap/events/verify/gather.ts';
import { keepingCopy } from '../../bootstrap/events/verify/keep-copy.ts';
import { whyText } from '../../bootstrap/events/why-text.ts';
import { plainPages } from '../../operators/event-sink/http/testing/plain-pages.ts';
import { type Running, startEventSink } from '../../operators/event-sink/start.ts';
import { home } from '../app/home.ts';
import { app } from '../app/objects.ts';
import { rolesOf } from '../app/rights.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';

let plane: ControlPlane;
let kubectl: Kubectl;
let folder: string;
let running: Running | undefined;
/** Where the sink is, or was last. */
let origin = '';
let sink: SinkClient;

/** What kubectl prints; fails where it fails. */
async function run(args: readonly string[], object?: object): Promise<string> {
  const { ok, stdout, stderr } = await kubectl(args, object);
  if (!ok) throw new Error(stderr);
  return stdout;
}
const apply = (...items: object[]) =>
  run(['apply', '--server-side', '--field-manager=mila', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'List',
    items,
  });
const tokenOf = async (account: string) =>
  (await run(['create', 'token', account, '-n', 'hearth-system', '--audience=hearth-events'])).trim();
const clientOf = (account: string): SinkClient =>
  askSink({ origin: async () => origin, token: () => tokenOf(account) });

beforeAll(async () => {
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  folder = await mkdtemp(join(tmpdir(), 'hearth-sink-'));
  await installDefinitions(kubectl);
  for (const name of ['hearth-system', 'home']) await run(['create', 'namespace', name]);
  await apply(...(await rolesOf('event-sink')), home);
  await run(['create', 'configmap', 'hearth-events-checkpoint', '-n', 'hearth-system']);
  for (const name of ['kiko', 'nobody']) await run(['create', 'serviceaccount', name, '-n', 'hearth-system']);
  await run(['create', 'clusterrole', 'hearth-kiko', '--verb=get,list', '--resource=*.*']);
  const binding = ['--clusterrole=hearth-kiko', '--serviceaccount=hearth-system:kiko'];
  await run(['create', 'clusterrolebinding', 'hearth-kiko', ...binding]);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(join(folder, 'checkpoint.pem'), pem as string);
  await writeFile(join(folder, 'salt'), 's'.repeat(40));
  await start();
  sink = clientOf('kiko');
});
afterAll(async () => {
  await running?.stop();
  await plane?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const kubeconfig = await plane.kubeconfigFor('system:serviceaccount:hearth-system:hearth-events', []);
  running = await startEventSink(
    {
      folder,
      keys: folder,
      signIn: folder,
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
  origin = `http://127.0.0.1:${(await running.answering).port}`;
}

const RSS = resourceIri('app/rss');
/** What is told of the App rss, without numbers and times. */
const story = async (): Promise<string[]> => {
  const history = await readHistory(sink, { of: eventsOf('app/rss'), limit: 100 });
  return history.flatMap(createLines('UTC').tell).map((line) => line.replace(/^\d+ {2}[\d:]+ {2}/, ''));
};

test('what happened to an app is told in words, and what it was like', async () => {
  await apply(app('rss', 'miniflux'));
  await vi.waitFor(async () => expect(await story()).toHaveLength(2), { timeout: 30_000, interval: 300 });
  await run(['label', 'app', 'rss', '-n', 'home', 'colour=blue', '--field-manager=ben']);
  await run(['label', 'app', 'rss', '-n', 'home', 'colour=red', '--overwrite', '--field-manager=ben']);
  await vi.waitFor(async () => expect(await story()).toHaveLength(4), { timeout: 30_000, interval: 300 });
  expect(await story()).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    'App rss  made by mila',
    expect.stringMatching(/^App rss {2}changed by ben: metadata\.labels.*$/),
    'App rss  changed by ben: metadata.labels.colour blue → red',
  ]);
  const [, blue, red] = await readHistory(sink, { of: RSS, limit: 100 });
  expect(await stateAt(sink, blue?.seq ?? 0, RSS)).toMatchObject({
    metadata: { labels: { colour: 'blue' } },
  });
  expect(await stateAt(sink, red?.seq ?? 0)).toMatchObject({ metadata: { labels: { colour: 'red' } } });
});

test('who follows goes on where they were when the sink is started anew', async () => {
  const [last] = (await readHistory(sink, { of: RSS, limit: 100 })).slice(-1);
  const paint = (colour: string) =>
    run(['label', 'app', 'rss', '-n', 'home', `colour=${colour}`, '--overwrite']);
  const colours: unknown[] = [];
  const away = vi.fn();
  await paint('green');
  for await (const { object } of followEvents(sink, { after: last?.seq ?? 0, of: RSS }, away)) {
    const { colour } = Object(object).metadata.labels;
    colours.push(colour);
    if (colour === 'green') {
      await running?.stop();
      await paint('black');
      void start();
    }
    if (colour === 'black') break;
  }
  expect(colours).toEqual(['green', 'black']);
  expect(away).toHaveBeenCalledTimes(1);
});

test('a question is answered in a table, and why something is not ready in a sentence', async () => {
  const accept = 'application/sparql-results+json';
  const query = 'SELECT ?name WHERE { GRAPH ?g { ?app ?p ?name } FILTER(str(?name) = "rss") } LIMIT 1';
  await vi.waitFor(
    async () => expect(sparqlTable((await sink.sparql(query, accept)).text)).toBe('name\n────\nrss'),
    { timeout: 30_000, interval: 300 },
  );
  expect((await sink.sparql('SELECT (1 AS ?one) {}', 'text/csv')).text).toContain('one');
  await expect(sink.sparql('SELECT', accept)).rejects.toThrow(/\w+/);
  expect(whyText(await sink.why(RSS))).toMatch(/^rss /);
});

test('the log is verified over HTTP, against what lies outside of it, and from a copy', async () => {
  await running?.stop();
  await start();
  const kept = await homeWitnesses((args) => run(args), sink, { notes: [], key: undefined });
  expect(kept.notes.length).toBeGreaterThan(0);
  const copy = join(folder, 'copy');
  const verdict = await checkLog(keepingCopy(sink.parts(), copy), kept);
  expect(verdict).toMatchObject({ findings: [], open: [] });
  expect(verdict.holds.join(' ')).toMatch(/The chain of \d+ events holds.*checkpoint/);
  expect(await checkLog(readLines(copy), kept)).toEqual(verdict);
});

test('who may see nothing is told nothing', async () => {
  const nobody = clientOf('nobody');
  await expect(nobody.resource(RSS)).rejects.toThrow(/\w+/);
  await expect(nobody.why(RSS)).rejects.toThrow(/\w+/);
  await expect(nobody.parts()[Symbol.asyncIterator]().next()).rejects.toThrow(/\w+/);
});
