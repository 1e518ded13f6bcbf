import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { EventLog } from '../log/event-log.ts';
import { type Attempt, attempts } from './testing/attempts.ts';
import { type GuardedHome, guardedBy, guardedHome, HUSH, saying } from './testing/guarded-home.ts';
import { movableClock } from './testing/movable-clock.ts';
import { type LongSink, longSink } from './testing/sink.ts';

/** Ada may see all of one namespace, and nothing else; Tom may list, Gil may get one thing, Kim has the kind of a gap. */
const clock = movableClock();
let home: GuardedHome;
let sink: LongSink;
let tokens: Readonly<Record<string, string>>;
let fresh: Readonly<Record<string, (audience?: string) => Promise<string>>>;

const apps = { group: 'apps.hearth.dev', kind: 'App', plural: 'apps' } as const;
const users = { group: 'iam.hearth.dev', kind: 'User', plural: 'users' } as const;

async function tell(log: EventLog): Promise<void> {
  const { mine, theirs } = home;
  const [pod, gap] = [{ group: '', kind: 'Pod', plural: 'pods' }, { type: 'gap' as const }];
  await log.append(
    [
      saying('fine', { ...apps, namespace: mine, name: 'rss' }),
      saying(HUSH, { ...apps, namespace: theirs, name: 'secret-app' }),
      saying(HUSH, { ...pod, namespace: theirs, name: 'secret-pod' }),
      saying(HUSH, { ...users, name: 'secret-user' }),
      saying(HUSH, { ...users, name: '' }, gap),
      saying(HUSH, { ...apps, namespace: theirs, name: 'secret-gone' }, { type: 'deleted' }),
      saying('fine', { ...apps, namespace: mine, name: 'last' }),
    ],
    { of: 'apps.apps.hearth.dev', resourceVersion: '1' },
  );
}

beforeAll(async () => {
  home = await guardedHome(inject('kubeconfig'));
  const { mine, theirs } = home;
  const all = { verbs: ['get'], paths: ['/hearth/events'] };
  const read = { verbs: ['get', 'list'], resources: ['apps', 'pods'] };
  fresh = {
    admin: await home.account('admin', all),
    ada: await home.account('ada', { ...read, namespace: mine }),
    tom: await home.account('tom', { ...read, namespace: mine }, { ...read, namespace: theirs }),
    gil: await home.account('gil', {
      verbs: ['get'],
      resources: ['apps'],
      names: ['secret-app'],
      namespace: theirs,
    }),
    kim: await home.account('kim', { verbs: ['list'], resources: ['users'] }),
    lou: await home.account('lou', { verbs: ['list'], resources: ['users'], namespace: mine }),
  };
  const made = Object.entries(fresh).map(async ([name, token]) => [name, await token()] as const);
  tokens = Object.fromEntries(await Promise.all(made));
  sink = await longSink((log) => guardedBy(home.transport, log, clock));
  await tell(sink.log);
  await sink.untilProjected();
});
afterAll(async () => {
  await sink.stop();
  await home.stop();
});

/** What an answer tells, in its head and its body. Of a stream, all up to the last event that everybody sees. */
async function ask(attempt: Attempt, token: string | undefined): Promise<{ status: number; told: string }> {
  const { path, accept = '*/*', method = 'GET', headers = {}, body } = attempt;
  const answer = await fetch(`${sink.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { accept, ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body }),
  });
  const told = JSON.stringify([...answer.headers]) + (await textOf(answer));
  return { status: answer.status, told };
}

async function textOf(answer: Response): Promise<string> {
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return await answer.text();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('"name":"last"')) break;
  }
  return text;
}

describe('what a namespace has is told to nobody who may not see it', () => {
  test.each(attempts)('$how', async ({ build, status, tells }) => {
    const attempt = build(home);
    const told = await ask(attempt, tokens.ada);
    expect(told.told).not.toContain(HUSH);
    expect(told.status).toBe(status);
    if (!tells) return;
    // Who may see it, sees it by the same way: else this would prove nothing.
    expect((await ask(attempt, tokens.admin)).told).toContain(HUSH);
  });
});

describe('numbers and truths give nothing away', () => {
  const secret = () => `<https://hearth.test/${home.theirs}/apps.apps.hearth.dev/secret-app>`;
  test.each<[string, () => string, string, string]>([
    ['how many graphs', () => 'SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { } }', '2', '7'],
    ['how many resources', () => 'SELECT (COUNT(?s) AS ?n) { ?s h:uid ?o }', '2', '5'],
    ['how many changes', () => 'SELECT (COUNT(?c) AS ?n) { ?c a h:Change }', '2', '7'],
    ['the greatest number', () => 'SELECT (MIN(?seq) AS ?n) { ?c h:seq ?seq FILTER(?seq > 1) }', '7', '2'],
    ['that a graph is there', () => `ASK { GRAPH ${secret()} { } }`, 'false', 'true'],
    ['that a graph has something', () => `ASK { GRAPH ${secret()} { ?s ?p ?o } }`, 'false', 'true'],
    ['that something is named', () => `ASK { ?s ?p ${secret()} }`, 'false', 'true'],
    [
      'that it exists',
      () => `ASK { ?s h:definition "fine" FILTER EXISTS { ${secret()} ?p ?o } }`,
      'false',
      'true',
    ],
    [
      'that it does not',
      () => `ASK { ?s h:definition "fine" FILTER NOT EXISTS { ${secret()} ?p ?o } }`,
      'true',
      'false',
    ],
    [
      'what it takes away',
      () => `SELECT (COUNT(*) AS ?n) { ?s h:name ?x MINUS { ${secret()} h:namespace ?y . ?s h:name "rss" } }`,
      '2',
      '4',
    ],
  ])('%s', async (_, sparql, forAda, forAdmin) => {
    const query = `PREFIX h: <https://hearth.test/-/vocabulary#> ${sparql()}`;
    const answer = async (token: string | undefined) => {
      const accept = 'application/sparql-results+json';
      const response = await fetch(`${sink.origin}/-/sparql?${new URLSearchParams({ query })}`, {
        headers: { accept, authorization: `Bearer ${token}` },
      });
      const { boolean, results } = z
        .object({ boolean: z.boolean().optional(), results: rows.optional() })
        .parse(await response.json());
      return String(boolean ?? results?.bindings[0]?.n?.value);
    };
    expect([await answer(tokens.ada), await answer(tokens.admin)]).toEqual([forAda, forAdmin]);
  });
});

const rows = z.object({ bindings: z.array(z.record(z.string(), z.object({ value: z.string() }))) });

describe('who is nobody here', () => {
  test.each<[string, () => Promise<string | undefined>]>([
    ['without a token', async () => undefined],
    ['with a token for the API server', async () => await fresh.admin?.('https://kubernetes.default.svc')],
    ['with a token for somebody else', async () => await fresh.admin?.('vault')],
    ['with what is no token', async () => 'abc.def.ghi'],
    ['with an administrator’s own token', async () => staticToken()],
    ['with a token whose end was cut', async () => (await fresh.admin?.())?.slice(0, -3)],
  ])('%s', async (_, token) => {
    const { status, told } = await ask({ path: '/-/events' }, await token());
    expect(status).toBe(401);
    expect(told).not.toContain(HUSH);
  });

  test('can read what the terms mean', async () => {
    expect((await ask({ path: '/-/vocabulary' }, undefined)).status).toBe(200);
  });
});

const staticToken = () => /token: (\w+)/.exec(readFileSync(inject('kubeconfig'), 'utf8'))?.[1];

describe('somebody who may', () => {
  const told = async (token: string | undefined, path: string, accept?: string) =>
    await ask({ path, ...(accept !== undefined && { accept }) }, token);
  const all = `/-/sparql?${new URLSearchParams({ query: 'SELECT * { GRAPH ?g { ?s ?p ?o } }' })}`;

  test('get one resource, gets it and its history, and finds it nowhere else', async () => {
    const path = `/${home.theirs}/apps.apps.hearth.dev/secret-app`;
    for (const way of [
      path,
      `${path}?history`,
      `${path}?at=2`,
      `/-/events?of=${path.slice(1)}`,
      `/-/why?of=${path.slice(1)}`,
    ])
      expect(await told(tokens.gil, way)).toEqual({
        status: 200,
        told: expect.stringContaining(way.includes('why') ? 'secret-app' : HUSH),
      });
    for (const way of [all, '/-/events', '/-/events?after=0'])
      expect(await told(tokens.gil, way)).toEqual({ status: 200, told: expect.not.stringContaining(HUSH) });
    expect((await told(tokens.gil, `/${home.theirs}/pods.core/secret-pod`)).status).toBe(404);
  });

  test('list a kind everywhere, sees its gaps; who may in a namespace, does not', async () => {
    expect((await told(tokens.kim, '/-/events')).told).toContain('"type":"gap"');
    expect((await told(tokens.kim, '/-/events')).told).not.toContain('secret-app');
    expect((await told(tokens.lou, '/-/events')).told).not.toContain('"type":"gap"');
    expect((await told(tokens.ada, '/-/events')).told).not.toContain('"type":"gap"');
    expect((await told(tokens.kim, all)).told).toContain('secret-user');
    expect((await told(tokens.kim, all)).told).not.toContain('"gap"');
  });
});

describe('what was taken back', () => {
  test('is seen no more some seconds later, in a stream that is open neither', async () => {
    const response = await fetch(`${sink.origin}/-/events?after=0`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${tokens.tom}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (word: string): Promise<string> => {
      let text = '';
      while (!text.includes(word)) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the stream has ended');
        text += value;
      }
      return text;
    };
    expect(await until('"name":"last"')).toContain('secret-app');
    await home.takeBack('tom', home.theirs);
    await expect
      .poll(async () => {
        clock.advance(11_000);
        return (await ask({ path: `/${home.theirs}/apps.apps.hearth.dev/secret-app` }, tokens.tom)).status;
      })
      .toBe(404);
    await sink.log.append(
      [
        saying(HUSH, { ...apps, namespace: home.theirs, name: 'secret-app' }),
        saying('fine', { ...apps, namespace: home.mine, name: 'the-end' }),
      ],
      { of: 'apps.apps.hearth.dev', resourceVersion: '2' },
    );
    expect(await until('the-end')).not.toContain(HUSH);
    await home.remove('tom');
    const ended = until('nothing that comes').catch(String);
    // The API server itself remembers whose tokens were good, for ten seconds.
    const told = setInterval(() => {
      clock.advance(31_000);
      const more = [saying('fine', { ...apps, namespace: home.mine, name: 'x' })];
      void sink.log.append(more, { of: 'apps.apps.hearth.dev', resourceVersion: '3' });
    }, 200);
    expect(await ended).toContain('ended');
    clearInterval(told);
  });
});
