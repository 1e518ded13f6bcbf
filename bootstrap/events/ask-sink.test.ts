import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../failure.ts';
import { Away, askSink } from './ask-sink.ts';
import { followEvents } from './follow.ts';
import { readHistory, stateAt } from './history.ts';
import { eventOf } from './testing/events.ts';
import { fakeSink } from './testing/fake-sink.ts';

const events = [1, 2, 3, 4, 5].map((seq) => eventOf({ seq }));
const user = eventOf({
  seq: 6,
  resource: { group: 'iam.hearth.dev', plural: 'users', kind: 'User', name: 'ada' },
});
const numbers = (some: readonly { readonly seq: number }[]) => some.map(({ seq }) => seq);

test('what happened is read page by page: all of a resource, the end of everything', async () => {
  const { client, asked } = await fakeSink({ events: [...events, user] });
  expect(numbers(await readHistory(client, { limit: 3 }))).toEqual([4, 5, 6]);
  const of = 'home/apps.apps.hearth.dev/rss';
  expect(numbers(await readHistory(client, { of, limit: 3 }))).toEqual([1, 2, 3, 4, 5]);
  expect(asked.at(-1)).toBe('GET /-/events?after=4&limit=500&of=home%2Fapps.apps.hearth.dev%2Frss');
});

test('of a kind only as much is read as tells the last of it', async () => {
  const apps = [1, 900, 1200].map((seq) => eventOf({ seq }));
  const users = [2, 500].map((seq) => eventOf({ ...user, seq }));
  const { client, asked } = await fakeSink({ events: [...apps, ...users].sort((a, b) => a.seq - b.seq) });
  expect(numbers(await readHistory(client, { of: 'apps.apps.hearth.dev', limit: 2 }))).toEqual([900, 1200]);
  expect(asked.at(-1)).toContain('after=700');
  expect(numbers(await readHistory(client, { of: 'users.iam.hearth.dev', limit: 1 }))).toEqual([2, 500]);
});

test('a state is that of a resource then, or of the one that an event is about', async () => {
  const answers = { '/home/apps.apps.hearth.dev/rss': ['application/json', '{"kind":"App"}'] } as const;
  const gap = eventOf({ seq: 7, type: 'gap', object: undefined });
  const { client, asked } = await fakeSink({ events: [...events, gap], answers });
  expect(await stateAt(client, 3, 'home/apps.apps.hearth.dev/rss')).toEqual({ kind: 'App' });
  expect(asked).toEqual(['GET /home/apps.apps.hearth.dev/rss?at=3']);
  expect(await stateAt(client, 4)).toEqual({ spec: {} });
  await expect(stateAt(client, 6)).rejects.toThrow('There is no event 6 that you may see.');
  await expect(stateAt(client, 7)).rejects.toThrow('is a gap');
  const head = async () => ({ seq: 7, hash: '00', pruned: 6 });
  await expect(stateAt({ ...client, head }, 6)).rejects.toThrow('Events up to 6 were moved to archives.');
});

test('who follows misses nothing and hears nothing twice when the sink goes away and comes back', async () => {
  const sink = await fakeSink({ events });
  const away: string[] = [];
  const told: number[] = [];
  for await (const { seq } of followEvents(sink.client, { after: 3 }, () => away.push('away'))) {
    told.push(seq);
    if (seq === 5) {
      await sink.goAway();
      sink.record(eventOf({ seq: 7 }));
      setTimeout(() => void sink.comeBack().then(() => sink.record(eventOf({ seq: 8 }))), 400);
    }
    if (seq === 8) break;
  }
  expect(told).toEqual([4, 5, 7, 8]);
  expect(away).toEqual(['away']);
  expect(sink.asked.at(0)).toBe('GET /-/events?after=3 3');
  expect(sink.asked.at(-1)).toBe('GET /-/events?after=5 5');
});

test('who follows what they may not see is told so, and does not wait', async () => {
  const sink = await fakeSink({ events });
  sink.refuseNext(403, 'You may not list apps in media.');
  const first = followEvents(sink.client, { after: 0 }, () => undefined).next();
  await expect(first).rejects.toThrow('You may not list apps in media.');
});

test('a sink that is too busy is tried again by who follows, and by nobody else', async () => {
  const sink = await fakeSink({ events });
  sink.refuseNext(503);
  const { value } = await followEvents(sink.client, { after: 4 }, () => undefined).next();
  expect(value).toMatchObject({ seq: 5 });
  sink.refuseNext(503);
  await expect(sink.client.head()).rejects.toThrow(Away);
});

test('a token that has run out is made anew', async () => {
  const sink = await fakeSink({ events });
  await sink.client.head();
  sink.refuseNext(401);
  await sink.client.head();
  expect(sink.tokens()).toBe(2);
});

test.each<[string, [string, string], string]>([
  ['that is no JSON', ['text/html', '<p>'], 'of the same version?'],
  ['of another form', ['application/json', '{"seq":"1"}'], 'of the same version?'],
])('an answer %s is not believed', async (_, answer, said) => {
  const { client } = await fakeSink({ answers: { '/-/log/head': answer } });
  await expect(client.head()).rejects.toThrow(said);
});

test('what the sink refuses is told in its own words', async () => {
  const sink = await fakeSink({});
  await expect(sink.client.why('home/apps.apps.hearth.dev/x')).rejects.toThrow(
    new Failure('There is nothing here that you may see.'),
  );
  expect(sink.asked).toEqual(['GET /-/why?of=home%2Fapps.apps.hearth.dev%2Fx']);
});

test('a query goes as it is, and its answer comes with its type', async () => {
  const { client, asked } = await fakeSink({ answers: { '/-/sparql': ['text/csv; header=present', 'a\n'] } });
  expect(await client.sparql('ASK {}', 'text/csv')).toEqual({ type: 'text/csv', text: 'a\n' });
  expect(asked).toEqual(['POST /-/sparql']);
});

test('a sink that is not there, or does not answer, is not waited for without end', async () => {
  const token = async () => 'token';
  const nowhere = askSink({ origin: async () => 'http://127.0.0.1:1', token });
  await expect(nowhere.head()).rejects.toThrow('does not answer');
  const silent = createServer();
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const mute = askSink({ origin: async () => `http://127.0.0.1:${port}`, token, patience: 100 });
  await expect(mute.head()).rejects.toThrow('does not answer');
});
