import { Unreachable } from '@hearth/runtime';
import { describe, expect, test } from 'vitest';
import { change, cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { type TestSink, tableAccess, testSink } from './testing/sink.ts';

async function withEvents(letters: string): Promise<TestSink> {
  const sink = testSink();
  await record(sink.log, letters);
  await sink.log.append([change({ name: 'ben', version: 1, kind: 'User' })], cursorAt(1));
  return sink;
}

const get = ({ server }: TestSink, url: string, name = 'admin', accept = 'text/html') =>
  server.inject({ url, headers: { authorization: `Bearer ${name}`, accept } });

describe('pages for people', () => {
  test('the first one counts what the reader may see', async () => {
    const sink = await withEvents('aab');
    const { body } = await get(sink, '/');
    expect(body).toContain(
      '"plural":"apps","group":"apps.hearth.dev","namespace":"home","count":2,"notReady":0',
    );
    expect(body).toContain('"plural":"users"');
    const ada = (await get(sink, '/', 'ada')).body;
    expect(ada).toContain('"plural":"apps"');
    expect(ada).not.toContain('"plural":"users"');
  });

  test.each([
    ['/home/apps.apps.hearth.dev/', 200],
    ['/-/apps.apps.hearth.dev/', 200],
    ['/-/users.iam.hearth.dev/', 200],
    ['/home/users.iam.hearth.dev/', 404],
    ['/other/apps.apps.hearth.dev/', 404],
    ['/home/apps/', 404],
  ])('%s', async (url, status) => {
    const sink = await withEvents('ab');
    expect((await get(sink, url)).statusCode).toBe(status);
    const forAda = url.includes('users') ? 404 : status;
    expect((await get(sink, url, 'ada')).statusCode).toBe(forAda);
  });

  test('are for people alone', async () => {
    expect((await get(await withEvents('a'), '/', 'admin', 'application/json')).statusCode).toBe(406);
  });

  test('a resource’s has its history, and none of what came after', async () => {
    const sink = await withEvents('aaa');
    expect((await get(sink, '/home/apps.apps.hearth.dev/a')).body).toContain('"resourceVersion":"3"');
    const then = (await get(sink, '/home/apps.apps.hearth.dev/a?at=2')).body;
    expect(then).toContain('"at":2');
    expect(then).not.toContain('"resourceVersion":"3"');
  });
});

describe('why', () => {
  const ask = async (of: string, name = 'admin') =>
    await get(await withEvents('a'), `/-/why?${new URLSearchParams(of === '' ? {} : { of })}`, name, '*/*');

  test('is told of what may be seen', async () => {
    expect((await ask('home/apps.apps.hearth.dev/a', 'ada')).json()).toMatchObject({
      of: 'home/apps.apps.hearth.dev/a',
    });
    expect((await ask('-/users.iam.hearth.dev/ben', 'ada')).statusCode).toBe(404);
    expect((await ask('home/apps.apps.hearth.dev/nothing', 'ada')).statusCode).toBe(404);
  });

  test.each(['', 'apps.apps.hearth.dev', 'a/b/c'])('is not told of “%s”', async (of) => {
    expect((await ask(of)).statusCode).toBe(400);
  });
});

describe('the log', () => {
  test('says where it ends, and who vouches for it', async () => {
    const checkpoint = () => ({ checkpoint: 'a note', key: 'a key' });
    const { server, log } = testSink(() => ({ checkpoint }));
    await record(log, 'abcde');
    const answer = await server.inject({ url: '/-/log/head', headers: { authorization: 'Bearer eve' } });
    const hash = Buffer.from(log.head().hash).toString('hex');
    expect(answer.json()).toEqual({ seq: 5, hash, pruned: 0, checkpoint: 'a note', key: 'a key' });
  });

  test('is given as it is to who may see everything', async () => {
    const sink = await withEvents('abcd');
    const answer = await get(sink, '/-/log/parts', 'admin', '*/*');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const parts = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parts.map(({ part }) => part)).toEqual(['event', 'event', 'event', 'event', 'seal', 'event']);
    expect(Buffer.from(parts[5].hash, 'base64')).toEqual(Buffer.from(sink.log.head().hash));
    expect((await get(sink, '/-/log/parts', 'ada', '*/*')).statusCode).toBe(403);
  });
});

describe('what is for everybody', () => {
  test.each(['text/turtle', 'application/ld+json', 'application/n-triples', 'text/html'])(
    'the vocabulary as %s',
    async (accept) => {
      const { server } = testSink();
      const answer = await server.inject({ url: '/-/vocabulary', headers: { accept } });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, `${accept}; charset=utf-8`]);
      const { etag = '' } = answer.headers;
      const again = await server.inject({
        url: '/-/vocabulary',
        headers: { accept, 'if-none-match': String(etag) },
      });
      expect(again.statusCode).toBe(304);
    },
  );
});

const away = new Unreachable({ method: 'POST', path: '/apis' }, new Error('refused'));

test('where the API server does not answer, nobody sees anything', async () => {
  const { server } = testSink((log) => ({
    access: { ...tableAccess(log), mayGet: () => Promise.reject(away) },
  }));
  const answer = await server.inject({
    url: '/home/apps.apps.hearth.dev/a',
    headers: { authorization: 'Bearer admin' },
  });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
});

test('what goes wrong here is told without its insides', async () => {
  const { server } = testSink((log) => ({
    access: { ...tableAccess(log), mayGet: () => Promise.reject(new Error('at secret.ts:7')) },
  }));
  const answer = await server.inject({
    url: '/home/apps.apps.hearth.dev/a',
    headers: { authorization: 'Bearer admin' },
  });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('secret');
});
