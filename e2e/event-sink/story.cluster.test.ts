import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventPage, eventPage, type SinkEvent } from '@hearth/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { app } from '../app/objects.ts';
import { homeOf, type TestHome } from '../harness/home.ts';
import { kiko } from '../harness/kiko.ts';
import { makeRoom } from '../harness/machine.ts';

const NAME = 'sink';
const SYSTEM = 'hearth-system';
const DOMAIN = 'hearth.home.arpa';
let home: TestHome;
let authorization: string;

beforeAll(async () => {
  await makeRoom(NAME);
  home = await homeOf(NAME);
  await home.apply(app('rss', 'miniflux'), ...reader);
  await home.ready('rss');
  const token = await home.kubectl(['create', 'token', 'reader', '-n', SYSTEM, '--audience=hearth-events']);
  authorization = `Bearer ${token.trim()}`;
});
afterAll(async () => {
  await kiko('down', '--name', NAME);
});

/** Somebody who may read all that there is. */
const reader = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace: SYSTEM } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: SYSTEM }],
  },
];

/** Asks the home itself, by its own address. */
const ask = (path: string, headers: Record<string, string> = {}) =>
  home.visit(`https://${DOMAIN}${path}`, { authorization, ...headers });

/** Every event that there is. */
async function allEvents(): Promise<readonly SinkEvent[]> {
  const events: SinkEvent[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const { body } = await ask(`/-/events?after=${after}&limit=500`, { accept: 'application/json' });
    const page: EventPage = eventPage.parse(JSON.parse(body));
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

describe('the story of an installation', () => {
  test('kiko tells why the app is as it is', async () => {
    expect(await kiko('why', 'app/rss', '--name', NAME)).toMatch(/rss/);
    const answer = JSON.parse(await kiko('why', 'app/rss', '--name', NAME, '-o', 'json')) as {
      state: string;
    };
    expect(answer.state).toBe('ready');
  });

  test('kiko tells what happened to it, and who did it', async () => {
    const told = await kiko('events', '--of', 'app/rss', '--name', NAME, '-o', 'json');
    const events = JSON.parse(told) as SinkEvent[];
    const admin = (
      await home.kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])
    ).trim();
    expect(events[0]).toMatchObject({
      type: 'added',
      actor: { name: admin, confidence: 'admission', operation: 'CREATE' },
    });
    expect(new Set(events.slice(1).map(({ actor }) => `${actor.name} (${actor.confidence})`))).toEqual(
      new Set(['system:serviceaccount:hearth-system:hearth-operators (admission)']),
    );
    expect(await kiko('events', '--of', 'app/rss', '--name', NAME)).toContain(`made by ${admin}`);
    expect(events.at(-1)?.object).toMatchObject({
      status: {
        conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
      },
    });
  });

  test('the log is the one that is vouched for', async () => {
    await home.until(
      'a checkpoint',
      () => home.get<{ data?: { checkpoint?: string } }>('configmap', 'hearth-events-checkpoint', SYSTEM),
      ({ data }) => data?.checkpoint !== undefined,
    );
    await kiko('events', 'verify', '--name', NAME);
  });
});

describe('at its own address', () => {
  const iri = '/home/apps.apps.hearth.dev/rss';

  test('the app is found by who may see it', async () => {
    const { status, body } = await ask(iri, { accept: 'application/json' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ kind: 'App', metadata: { name: 'rss', namespace: 'home' } });
    expect((await home.visit(`https://${DOMAIN}${iri}`, { accept: 'application/json' })).status).toBe(401);
  });

  test('it is a page for a browser, and triples for who asks for them', async () => {
    const page = await ask(iri, { accept: 'text/html' });
    expect(page.body).toMatch(/<!doctype html>[\s\S]*rss/i);
    const turtle = await ask(iri, { accept: 'text/turtle' });
    expect(turtle.body).toContain('hearth:App');
  });

  test('no app has lost its host by it', async () => {
    const rss = await home.visit(`https://rss.${DOMAIN}`);
    expect(rss.body).toContain('Miniflux');
    expect((await home.visit(`https://nobody.${DOMAIN}`).catch(() => ({ status: 404 }))).status).toBe(404);
  });
});

describe('no secret of the home', () => {
  /** What Secrets hold that nobody may know: what else is in them, addresses and names, is no secret. */
  const secretive = /password|secret|key|token|uri|salt|pem/i;
  let secrets: string[];
  beforeAll(async () => {
    const found = await home.list<{ metadata: { name: string }; data?: Record<string, string> }>(
      'secrets',
      'default',
      '-A',
    );
    secrets = found.flatMap(({ data = {} }) =>
      Object.entries(data)
        .filter(([key, value]) => secretive.test(key) && value.length >= 12)
        .flatMap(([, value]) => [value, Buffer.from(value, 'base64').toString('utf8')]),
    );
  });
  const foundIn = (text: string): number => secrets.filter((secret) => text.includes(secret)).length;

  test('there is something to look for', () => {
    expect(secrets.length).toBeGreaterThan(10);
    expect(foundIn(`… ${secrets[1]} …`)).toBeGreaterThan(0);
  });

  test('is in an event', async () => {
    const events = await allEvents();
    expect(events.length).toBeGreaterThan(50);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(foundIn(JSON.stringify(events))).toBe(0);
  });

  test('is in the log’s files', async () => {
    const [volume] = (
      await home.list<{
        spec: { claimRef?: { name: string }; hostPath?: { path: string }; local?: { path: string } };
      }>('pv', 'default')
    ).filter(({ spec }) => spec.claimRef?.name === 'log-hearth-events-0');
    const folder = volume?.spec.hostPath?.path ?? volume?.spec.local?.path ?? '';
    const files = await Promise.all(
      ['events.db', 'events.db-wal'].map((file) => readFile(join(folder, file), 'latin1')),
    );
    expect(files.join('').length).toBeGreaterThan(50_000);
    expect(foundIn(files.join(''))).toBe(0);
  });

  test('is in the graph', async () => {
    const query = encodeURIComponent('CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }');
    const { status, body } = await ask(`/-/sparql?query=${query}`, { accept: 'application/n-triples' });
    expect(status).toBe(200);
    expect(body.split('\n').length).toBeGreaterThan(1000);
    expect(foundIn(body)).toBe(0);
  });

  test('is in what its process has said', async () => {
    const said = await home.kubectl(['logs', '-n', SYSTEM, 'statefulset/hearth-events']);
    expect(said).toContain('the event sink answers');
    expect(foundIn(said)).toBe(0);
  });
});
