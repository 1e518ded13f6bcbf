import { join } from 'node:path';
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
import type { Running } from '../../operators/event-sink/start.ts';
import { home } from '../app/home.ts';
import { app } from '../app/objects.ts';
import { makeSinkPlace, type SinkPlace } from './sink-place.ts';

let place: SinkPlace;
let running: Running | undefined;
/** Where the sink is, or was last. */
let origin = '';
let sink: SinkClient;

const clientOf = (account: string): SinkClient =>
  askSink({
    origin: async () => origin,
    token: async () =>
      (
        await place.run(['create', 'token', account, '-n', 'hearth-system', '--audience=hearth-events'])
      ).trim(),
  });

async function start(): Promise<void> {
  running = await place.start();
  origin = `http://127.0.0.1:${(await running.answering).port}`;
}

beforeAll(async () => {
  place = await makeSinkPlace();
  const { run } = place;
  await place.apply([home]);
  for (const name of ['kiko', 'nobody']) await run(['create', 'serviceaccount', name, '-n', 'hearth-system']);
  await run(['create', 'clusterrole', 'hearth-kiko', '--verb=get', '--non-resource-url=/hearth/events']);
  const binding = ['--clusterrole=hearth-kiko', '--serviceaccount=hearth-system:kiko'];
  await run(['create', 'clusterrolebinding', 'hearth-kiko', ...binding]);
  await start();
  sink = clientOf('kiko');
});
afterAll(async () => {
  await running?.stop();
  await place?.remove();
});

const RSS = resourceIri('app/rss');
/** What is told of the App rss, without numbers and times. */
const story = async (): Promise<string[]> => {
  const history = await readHistory(sink, { of: eventsOf('app/rss'), limit: 100 });
  return history.flatMap(createLines('UTC').tell).map((line) => line.replace(/^\d+ {2}[\d:]+ {2}/, ''));
};

test('what happened to an app is told in words, and what it was like', async () => {
  await place.apply([app('rss', 'miniflux')], 'mila');
  await vi.waitFor(async () => expect(await story()).toHaveLength(2), { timeout: 30_000, interval: 300 });
  await place.run(['label', 'app', 'rss', '-n', 'home', 'colour=blue', '--field-manager=ben']);
  await place.run(['label', 'app', 'rss', '-n', 'home', 'colour=red', '--overwrite', '--field-manager=ben']);
  await vi.waitFor(async () => expect(await story()).toHaveLength(4), { timeout: 30_000, interval: 300 });
  expect(await story()).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    'App rss  made by mila (as it calls itself)',
    expect.stringMatching(/^App rss {2}changed by ben \(as it calls itself\): metadata\.labels.*$/),
    'App rss  changed by ben (as it calls itself): metadata.labels.colour blue → red',
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
    place.run(['label', 'app', 'rss', '-n', 'home', `colour=${colour}`, '--overwrite']);
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
  const kept = await homeWitnesses((args) => place.run(args), sink, { notes: [], key: undefined });
  expect(kept.notes.length).toBeGreaterThan(0);
  const copy = join(place.folder, 'copy');
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
