import { fakeClock } from '@hearth/runtime/testing';
import { Parser } from 'n3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canonicalJsonLd, canonicalText, canonicalTurtle } from '../graph/testing/canonical.ts';
import { change, cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { BASE, type TestSink, testSink } from './testing/sink.ts';

const numbers = (page: { readonly events: readonly { readonly seq: number }[] }) =>
  page.events.map(({ seq }) => seq);

async function withEvents(letters: string): Promise<TestSink> {
  const sink = testSink();
  await record(sink.log, letters);
  return sink;
}

/** Records a change that only an administrator may see. */
const hide = ({ log }: TestSink) =>
  log.append([change({ name: 'x', version: 1, kind: 'User' })], cursorAt(1));

const get = ({ server }: TestSink, url: string, accept = 'application/json', name = 'admin') =>
  server.inject({ url, headers: { authorization: `Bearer ${name}`, accept } });

describe('events in pages', () => {
  test.each([
    ['', [1, 2, 3, 4, 5], undefined],
    ['?limit=2', [1, 2], 2],
    ['?after=2&limit=2', [3, 4], 4],
    ['?after=3&limit=2', [4, 5], undefined],
    ['?after=5', [], undefined],
    ['?of=home/apps.apps.hearth.dev/a', [1, 3, 5], undefined],
    ['?of=home/apps.apps.hearth.dev/a&limit=2', [1, 3], 3],
    ['?of=users.iam.hearth.dev', [], undefined],
    ['?of=-/users.iam.hearth.dev/ada', [], undefined],
  ])('%s', async (query, seqs, next) => {
    const page = (await get(await withEvents('ababa'), `/-/events${query}`)).json();
    expect([numbers(page), page.next]).toEqual([seqs, next]);
  });

  test.each(['after=x', 'after=-1', 'limit=0', 'limit=1.5', 'of=everything', 'of=a/b/c/d'])(
    'not with %s',
    async (query) => {
      const answer = await get(await withEvents('a'), `/-/events?${query}`);
      expect([answer.statusCode, answer.json().detail]).toEqual([400, expect.stringContaining('must be')]);
    },
  );

  test('who sees little is told where to go on', async () => {
    const sink = await withEvents('a');
    for (const _ of 'xyz') await hide(sink);
    await record(sink.log, 'b');
    const first = (await get(sink, '/-/events?limit=1', undefined, 'ada')).json();
    expect([numbers(first), first.next]).toEqual([[1], 1]);
    const second = (await get(sink, '/-/events?after=1&limit=1', undefined, 'ada')).json();
    expect([numbers(second), second.next]).toEqual([[5], undefined]);
    expect(numbers((await get(sink, '/-/events', undefined, 'eve')).json())).toEqual([]);
  });

  test('for people, the newest first', async () => {
    const sink = await withEvents('a'.repeat(120));
    const newest = await get(sink, '/-/events', 'text/html');
    expect(newest.body).toContain('"earlier":"/-/events?before=71"');
    expect(newest.body).not.toContain('later');
    const before = await get(sink, '/-/events?before=71', 'text/html');
    expect(before.body).toContain('"earlier":"/-/events?before=21"');
    expect(before.body).toContain('"later":"/-/events?before=121"');
    const first = await get(sink, '/-/events?before=21&of=home/apps.apps.hearth.dev/a', 'text/html');
    expect(first.body).not.toContain('earlier');
    expect(first.body).toContain('"later":"/-/events?before=71&of=home%2Fapps.apps.hearth.dev%2Fa"');
  });
});

describe('the numbers of what one may not see are not told', () => {
  const of = 'of=apps.apps.hearth.dev';
  const clock = fakeClock();

  /** After one that ada may see, so many that she may not: Apps in one log, Users in the other. */
  async function withHidden(kind: 'App' | 'User'): Promise<TestSink> {
    const sink = testSink(() => ({ clock }));
    await record(sink.log, 'a');
    const { resource, ...rest } = change({ name: 'x', version: 1, kind });
    const hidden = { ...rest, resource: { ...resource, namespace: 'other' } };
    await sink.log.append(Array<typeof hidden>(60).fill(hidden), cursorAt(1));
    return sink;
  }

  const answers: readonly (readonly [string, (sink: TestSink) => Promise<unknown>, unknown])[] = [
    [
      'by the next page',
      async (sink) => (await get(sink, `/-/events?${of}&limit=1`, undefined, 'ada')).json().next,
      1,
    ],
    [
      'by the link to what came later',
      async (sink) =>
        /"later":"(.*?)"/.exec((await get(sink, `/-/events?before=2&${of}`, 'text/html', 'ada')).body)?.[1],
      '/-/events?before=62&of=apps.apps.hearth.dev',
    ],
    [
      'by a stream that is silent',
      async (sink) => {
        const { answer } = await listen(sink, `?after=0&${of}`);
        const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';
        const silent = /: still here\nid: (\d+)/;
        while (!silent.test(text)) {
          const beat = setInterval(() => clock.advance(15_000), 20);
          text += (await reader?.read())?.value ?? '';
          clearInterval(beat);
        }
        return silent.exec(text)?.[1];
      },
      '61',
    ],
  ];

  test.each(answers)('%s', async (_, ask, told) => {
    expect(await ask(await withHidden('App'))).toBe(told);
    expect(await ask(await withHidden('User'))).toBe(told);
  });
});

describe('linked data event streams', () => {
  const tree = 'https://w3id.org/tree#';
  const page = (after: number) => `${BASE}-/events?after=${after}&limit=2`;

  async function statements(sink: TestSink, url: string): Promise<string[]> {
    const { body } = await get(sink, url, 'application/n-triples');
    return new Parser({ format: 'application/n-triples' })
      .parse(body)
      .map(({ subject, predicate, object }) =>
        [subject, predicate, object].map(({ value }) => value).join(' '),
      );
  }

  test('name their events and the next page', async () => {
    const sink = await withEvents('aba');
    const first = await statements(sink, '/-/events?limit=2');
    expect(first).toContain(`${BASE}-/events ${tree}view ${page(0)}`);
    expect(first).toContain(`${BASE}-/events ${tree}member ${BASE}-/events/2`);
    expect(first).not.toContain(`${BASE}-/events ${tree}member ${BASE}-/events/3`);
    expect(first).toContain(`${page(0)}#next ${tree}node ${page(2)}`);
    expect(first).toContain(`${page(0)}#next ${tree}value 2`);
    expect(first).toContain(
      `${BASE}-/events/1 http://www.w3.org/ns/prov#generated ${BASE}home/apps.apps.hearth.dev/a?at=1`,
    );
    const last = await statements(sink, '/-/events?after=2&limit=2');
    expect(last.filter((line) => line.includes(`${tree}relation`))).toEqual([]);
  });

  test('say the same in every form', async () => {
    const sink = await withEvents('abab');
    await sink.log.append([change({ name: '', version: 5, type: 'gap' })], cursorAt(5));
    const body = async (accept: string) => (await get(sink, '/-/events', accept)).body;
    const lines = await canonicalText(await body('application/n-triples'));
    expect(await canonicalTurtle(await body('text/turtle'))).toBe(lines);
    expect(await canonicalJsonLd(JSON.parse(await body('application/ld+json')))).toBe(lines);
  });

  test('have pages that never change once they are full', async () => {
    const sink = await withEvents('aba');
    const cache = async (url: string, name = 'admin') =>
      (await get(sink, url, 'text/turtle', name)).headers['cache-control'];
    expect(await cache('/-/events?limit=2')).toBe('private, max-age=31536000, immutable');
    expect(await cache('/-/events?after=2&limit=2')).toBe('private, no-cache');
    // Who may see more tomorrow must not be held to what they saw today.
    expect(await cache('/-/events?limit=2', 'ada')).toBe('private, no-cache');
  });

  test('keep from who may not see them what happened to others', async () => {
    const sink = await withEvents('a');
    await hide(sink);
    expect((await get(sink, '/-/events?limit=2', 'text/turtle', 'ada')).body).not.toContain('users');
    expect((await get(sink, '/-/events?limit=2', 'text/turtle')).body).toContain('users');
  });
});

/** Reads a stream as an EventSource does. */
async function listen(sink: TestSink, query = '', headers: Record<string, string> = {}) {
  const origin = await sink.server.listen({ host: '127.0.0.1', port: 0 });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const answer = await fetch(`${origin}/-/events${query}`, {
    signal: stop.signal,
    headers: { accept: 'text/event-stream', authorization: 'Bearer ada', ...headers },
  });
  let reader: ReadableStreamDefaultReader<string> | undefined;
  let text = '';
  /** The ids of the next events. */
  const next = async (count: number): Promise<number[]> => {
    reader ??= answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const ids: number[] = [];
    while (ids.length < count) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the stream has ended');
        text += value;
        continue;
      }
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (data !== undefined && JSON.parse(data).seq === Number(id)) ids.push(Number(id));
    }
    return ids;
  };
  return { answer, next };
}

describe('a stream', () => {
  test('tells what happens from now on', async () => {
    const sink = await withEvents('ab');
    const { answer, next } = await listen(sink);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    await record(sink.log, 'c');
    expect(await next(1)).toEqual([3]);
    await record(sink.log, 'de');
    expect(await next(2)).toEqual([4, 5]);
  });

  test('goes on after the last event that the reader has', async () => {
    const { next } = await listen(await withEvents('abcd'), '?after=0', { 'last-event-id': '2' });
    expect(await next(2)).toEqual([3, 4]);
  });

  test('tells all of a long log, in order', async () => {
    const { next } = await listen(await withEvents('a'.repeat(1001)), '?after=0');
    expect(await next(1001)).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1));
  });

  test('is of one resource', async () => {
    const sink = await withEvents('aba');
    const { next } = await listen(sink, '?after=0&of=home/apps.apps.hearth.dev/a');
    await record(sink.log, 'ba');
    expect(await next(3)).toEqual([1, 3, 5]);
  });

  test('leaves out what the reader may not see', async () => {
    const sink = await withEvents('a');
    await hide(sink);
    await record(sink.log, 'b');
    const { next } = await listen(sink, '?after=0');
    expect(await next(2)).toEqual([1, 3]);
  });

  test.each(['7', 'x', '-1'])('does not begin after %s', async (id) => {
    const { answer } = await listen(await withEvents('ab'), '', { 'last-event-id': id });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ status: 400 })]);
  });

  test('ends when the server does', async () => {
    const sink = await withEvents('ab');
    const { next } = await listen(sink);
    await sink.server.close();
    await expect(next(1)).rejects.toThrow('ended');
  });
});
