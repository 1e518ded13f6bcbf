import { describe, expect, test } from 'vitest';
import { canonicalJsonLd, canonicalText, canonicalTurtle } from '../graph/testing/canonical.ts';
import type { EventLog } from '../log/event-log.ts';
import { change, cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { BASE, type TestSink, testSink } from './testing/sink.ts';

const path = '/home/apps.apps.hearth.dev/a';

const get = ({ server }: TestSink, url: string, headers: Record<string, string> = {}) =>
  server.inject({ url, headers: { authorization: 'Bearer admin', ...headers } });

const remove = (log: EventLog, name: string) =>
  log.append([change({ name, version: 9, type: 'deleted' })], cursorAt(9));

async function withEvents(letters: string): Promise<TestSink> {
  const sink = testSink();
  await record(sink.log, letters);
  return sink;
}

describe('a resource at its IRI', () => {
  test.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['text/turtle', 'text/turtle; charset=utf-8'],
    ['application/ld+json', 'application/ld+json; charset=utf-8'],
    ['application/n-triples', 'application/n-triples; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
    ['text/html;q=0.2, text/turtle;q=0.3', 'text/turtle; charset=utf-8'],
  ])('to who accepts %s', async (accept, type) => {
    const answer = await get(await withEvents('ab'), path, { accept });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers.vary).toBe('accept, authorization, cookie');
    expect(answer.headers.link).toContain(`<${BASE}-/vocabulary>; rel="describedby"`);
    expect(answer.headers.link).toContain(
      `<${BASE}home/apps.apps.hearth.dev/a?history>; rel="version-history"`,
    );
  });

  test('in JSON as it is', async () => {
    expect((await get(await withEvents('aba'), path)).json()).toEqual({
      spec: { version: 3, text: 'ääääääää' },
    });
  });

  test('in every form of RDF says the same', async () => {
    const sink = await withEvents('ab');
    const body = async (accept: string) => (await get(sink, path, { accept })).body;
    const lines = await canonicalText(await body('application/n-triples'));
    expect(lines).toContain(`<${BASE}home/apps.apps.hearth.dev/a>`);
    expect(await canonicalTurtle(await body('text/turtle'))).toBe(lines);
    expect(await canonicalJsonLd(JSON.parse(await body('application/ld+json')))).toBe(lines);
  });

  test('in no other form', async () => {
    const answer = await get(await withEvents('a'), path, { accept: 'image/png' });
    expect(answer.statusCode).toBe(406);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 406, detail: expect.stringContaining('text/turtle') });
  });

  test.each(['a b', 'system:x', 'ü', 'x%2Fy', '100%'])('whatever its name is: %s', async (name) => {
    const sink = await withEvents('');
    await record(sink.log, 'a');
    await sink.log.append([change({ name, version: 7 })], cursorAt(7));
    const answer = await get(sink, `/home/apps.apps.hearth.dev/${encodeURIComponent(name)}`);
    expect(answer.json()).toMatchObject({ spec: { version: 7 } });
  });
});

describe('a tag', () => {
  test('is of the state and of the form, and spares the body', async () => {
    const sink = await withEvents('ab');
    const first = await get(sink, path);
    const { etag = '' } = first.headers;
    expect(etag).toMatch(/^"1-json-.{8}"$/);
    for (const known of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
      const again = await get(sink, path, { 'if-none-match': known });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    }
    const turtle = await get(sink, path, { 'if-none-match': String(etag), accept: 'text/turtle' });
    expect(turtle.statusCode).toBe(200);
    await record(sink.log, 'a', 5);
    expect((await get(sink, path, { 'if-none-match': String(etag) })).statusCode).toBe(200);
  });

  test('spares nobody from having to be allowed', async () => {
    const sink = await withEvents('a');
    const answer = await get(sink, path, { authorization: 'Bearer eve', 'if-none-match': '*' });
    expect(answer.statusCode).toBe(404);
  });

  test('of a page is of all that is on it', async () => {
    const sink = await withEvents('a');
    const accept = 'text/html';
    const { etag = '' } = (await get(sink, path, { accept })).headers;
    expect((await get(sink, path, { accept, 'if-none-match': String(etag) })).statusCode).toBe(304);
    await record(sink.log, 'a', 2);
    expect((await get(sink, path, { accept, 'if-none-match': String(etag) })).statusCode).toBe(200);
  });
});

describe('as of an event', () => {
  test.each([
    [0, 404],
    [1, 200],
    [2, 200],
    [4, 410],
  ])('%i', async (at, status) => {
    const sink = await withEvents('aba');
    await remove(sink.log, 'a');
    const answer = await get(sink, `${path}?at=${at}`);
    expect(answer.statusCode).toBe(status);
    if (status === 200) expect(answer.json()).toMatchObject({ spec: { version: 1 } });
  });

  test.each([
    ['5', 'The log ends with event 4'],
    ['x', 'whole number'],
    ['-1', 'whole number'],
    ['1.5', 'whole number'],
    ['', 'whole number'],
    ['9999999999999999', 'whole number'],
  ])('“%s” is none', async (at, detail) => {
    const answer = await get(await withEvents('abab'), `${path}?at=${at}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toContain(detail);
  });

  test('that is in an archive can’t be told', async () => {
    const sink = await withEvents('ababab');
    const [segment] = sink.log.segments();
    if (segment === undefined) throw new Error('nothing is sealed');
    await sink.log.prune(segment);
    const answer = await get(sink, `${path}?at=2`);
    expect([answer.statusCode, answer.json().title]).toEqual([410, 'This is in the archives']);
    expect((await get(sink, `${path}?at=4`)).json()).toMatchObject({ spec: { version: 3 } });
    const page = await get(sink, `${path}?at=2`, { accept: 'text/html' });
    expect([page.statusCode, page.body]).toEqual([410, expect.stringContaining('read the archives')]);
  });
});

test('what was deleted is gone, and its last state is where the answer says', async () => {
  const sink = await withEvents('aba');
  await remove(sink.log, 'a');
  const answer = await get(sink, path);
  expect(answer.statusCode).toBe(410);
  const last = `${path}?at=3`;
  expect(answer.json().detail).toContain(last);
  expect((await get(sink, last)).json()).toMatchObject({ spec: { version: 3 } });
  expect((await get(sink, path, { accept: 'text/html' })).statusCode).toBe(410);
});

test('its history is there in pages, also when it is gone', async () => {
  const sink = await withEvents('abaa');
  await remove(sink.log, 'a');
  const numbers = async (query: string) => {
    const page = (await get(sink, `${path}?history${query}`)).json();
    return [page.events.map(({ seq }: { readonly seq: number }) => seq), page.next];
  };
  expect(await numbers('')).toEqual([[1, 3, 4, 5], undefined]);
  expect(await numbers('&limit=2')).toEqual([[1, 3], 3]);
  expect(await numbers('&after=3&limit=2')).toEqual([[4, 5], undefined]);
});

describe('what may not be seen is like what is not there', () => {
  const missing = '/other/apps.apps.hearth.dev/nothing';
  const hidden = '/other/apps.apps.hearth.dev/x';

  test.each([
    ['', 'application/json'],
    ['', 'text/html'],
    ['?history', 'application/json'],
    ['?at=1', 'text/turtle'],
  ])('%s as %s', async (query, accept) => {
    const sink = await withEvents('a');
    const other = change({ name: 'x', version: 3 });
    await sink.log.append([{ ...other, resource: { ...other.resource, namespace: 'other' } }], cursorAt(3));
    const ask = async (url: string) => {
      const answer = await get(sink, url + query, { authorization: 'Bearer ada', accept });
      const { date, link, ...headers } = answer.headers;
      return { status: answer.statusCode, body: answer.body, headers };
    };
    expect((await ask(hidden)).status).toBe(404);
    expect(await ask(hidden)).toEqual(await ask(missing));
    const admin = await get(sink, hidden);
    expect(admin.statusCode).toBe(200);
  });

  test.each([
    '/home/apps.apps.hearth.dev/a',
    '/home/apps.apps.hearth.dev/a?at=1',
    '/home/apps.apps.hearth.dev/a?history',
    '/-/why?of=home/apps.apps.hearth.dev/a',
  ])('and is not looked for: %s', async (url) => {
    const untold = () => {
      throw new Error('the log was read');
    };
    const sink = testSink((log) => ({ log: { ...log, read: untold, last: untold, states: untold } }));
    await record(sink.log, 'a');
    expect((await get(sink, url, { authorization: 'Bearer eve' })).statusCode).toBe(404);
  });

  test.each([
    '/nobody',
    '/home/apps/a',
    '/Home/apps.apps.hearth.dev/a',
    '/-/nothing',
    '/a/b/c/d',
    '/home/a..b/x',
  ])('nor is there anything at %s', async (url) => {
    expect((await get(await withEvents('a'), url)).statusCode).toBe(404);
  });
});

describe('who is nobody', () => {
  test.each(['Bearer nobody', 'Basic YTpi', 'Bearer', 'Bearer a b', ''])('by “%s”', async (authorization) => {
    const answer = await get(await withEvents('a'), path, { authorization });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="hearth-events"');
    expect(answer.json().title).toBe('Who asks?');
  });
});

test('nothing can be changed', async () => {
  const { server } = await withEvents('a');
  for (const method of ['PUT', 'POST', 'DELETE', 'PATCH'] as const) {
    const answer = await server.inject({ method, url: path, headers: { authorization: 'Bearer admin' } });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  }
});

test('every answer carries the security headers', async () => {
  const sink = await withEvents('a');
  for (const url of [path, '/nobody', '/-/vocabulary', '/-/assets/none/style.css']) {
    const { headers } = await get(sink, url, { accept: 'text/html' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});
