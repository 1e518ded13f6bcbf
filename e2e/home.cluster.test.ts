import { type App, AppDefinition, App as AppKind, type Database, type Plan } from '@hearth/domain';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleCommands } from './harness/examples.ts';
import { homeOf, type TestHome } from './harness/home.ts';
import { kiko } from './harness/kiko.ts';
import { kstatus } from './harness/kstatus.ts';
import { makeRoom } from './harness/machine.ts';

const NAME = 'test';
let home: TestHome;

const app = (name: string, definition: string, spec: object = {}, namespace = 'home') => ({
  apiVersion: AppKind.apiVersion,
  kind: 'App',
  metadata: { name, namespace },
  spec: { definition, ...spec },
});

/** An app that says over HTTP what it was given; it takes a database if it gets one. */
const teller = (name: string) => ({
  apiVersion: AppDefinition.apiVersion,
  kind: 'AppDefinition',
  metadata: { name },
  spec: {
    title: 'Teller',
    versions: [{ version: '1', images: { app: 'docker.io/actualbudget/actual-server:26.9.0' } }],
    workloads: [
      {
        name: 'app',
        command: [
          'node',
          '-e',
          'require("http").createServer((_, a) => a.end(process.env.DATABASE_URL ? "joined" : "alone")).listen(8080)',
        ],
        ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
        probes: { ready: { path: '/' } },
        security: { runAsUser: 1001, runAsGroup: 1001 },
      },
    ],
    integrations: [
      { name: 'route', kind: 'Route', port: 'http' },
      {
        name: 'db',
        kind: 'Database',
        needs: { engine: 'postgresql' },
        compatible: [{ definition: 'postgres', default: true }],
        env: { DATABASE_URL: '${db.uri}' },
      },
    ],
  },
});

const gateway = async () => {
  const { metadata, spec } = await home.get<App>('app', 'traefik', 'hearth-providers');
  return {
    apiVersion: AppKind.apiVersion,
    kind: 'App',
    metadata: { name: metadata.name, namespace: metadata.namespace },
    spec,
  };
};

beforeAll(async () => {
  await makeRoom(NAME);
  home = await homeOf(NAME);
});

afterAll(async () => {
  await kiko('down', '--name', NAME);
});

/** The tests are one story: each stands on what those before it left. */
describe('a home', () => {
  let removedGateway: object;
  let tellerPods: string[];

  test('an app whose route is optional runs without a gateway', async () => {
    removedGateway = await gateway();
    await home.kubectl(['delete', 'app', 'traefik', '-n', 'hearth-providers']);
    await home.apply(teller('teller'), app('teller', 'teller'));
    const { status } = await home.ready('teller');
    expect(status?.url).toBeUndefined();
    tellerPods = await home.pods('teller');
    expect(tellerPods).toHaveLength(1);
  });

  test('it is wired when the gateway comes, unprompted and without a restart', async () => {
    await home.apply(removedGateway);
    const { status } = await home.until(
      'the route of teller',
      () => home.get<App>('app', 'teller'),
      (it) => it.status?.url !== undefined,
    );
    expect(status?.url).toMatch(/^https:\/\/teller\.hearth\.home\.arpa/);
    const answer = await home.until(
      'a page of teller',
      () => tried(status?.url),
      ({ status: code }) => code === 200,
    );
    expect(answer.body).toBe('alone');
    expect(await home.pods('teller')).toEqual(tellerPods);
  });

  test('an app applied before its definition goes on when that comes', async () => {
    await home.apply(app('later', 'later'));
    const missing = await home.until(
      'a word of later',
      () => home.get<App>('app', 'later'),
      (it) => it.status?.conditions !== undefined,
    );
    expect(missing.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'DefinitionMissing',
    });
    const judged = () => home.kubectl(['get', 'apps', '-n', 'home', '-o', 'json']).then(kstatus);
    expect(await judged()).toContain('App later InProgress');
    await home.apply(teller('later'));
    await home.ready('later');
    expect(await judged()).toContain('App later Current');
  });

  test('one App brings its database and its route, and answers over HTTPS', async () => {
    await home.apply(app('rss', 'miniflux'));
    const { status } = await home.ready('rss');
    const answer = await home.until(
      'a page of rss',
      () => tried(status?.url),
      ({ status: code }) => code === 200,
    );
    expect(answer.body).toContain('Miniflux');
    const database = await home.get<Database>('database', 'rss-db');
    expect(database.spec.providerRef).toEqual({ namespace: 'hearth-providers', name: 'postgres' });
    const plan = await home.get<Plan>('plan', status?.plan ?? '');
    expect(plan.status?.phase).toBe('CarriedOut');
    const installed = await home.get<App>('app', 'postgres', 'hearth-providers');
    expect(installed.status?.requiredBy).toEqual([{ namespace: 'home', name: 'rss' }]);
  });

  test('the page is the same from inside a pod, by the same URL', async () => {
    const { status } = await home.get<{ status: { certificateAuthority: string } }>('home', 'home');
    const program = `require("https").get("https://rss.hearth.home.arpa", { ca: process.argv.at(-1) }, (answer) => { console.log(answer.statusCode); process.exit(); })`;
    const said = await home.kubectl([
      'exec',
      '-n',
      'home',
      'deploy/teller',
      '--',
      'node',
      '-e',
      program,
      '--',
      status.certificateAuthority,
    ]);
    expect(said.trim()).toBe('200');
  });

  test('an optional database is offered, and taken only when a person says so', async () => {
    const offered = await home.until(
      'an offer to teller',
      () => home.get<App>('app', 'teller'),
      (it) => it.status?.offers?.length === 1,
    );
    expect(offered.status?.offers?.[0]).toMatchObject({
      name: 'db',
      providers: [{ namespace: 'hearth-providers', name: 'postgres' }],
    });
    expect(await home.pods('teller')).toEqual(tellerPods);
    const others = await home.pods('rss');
    const choice = { integrations: [{ name: 'db', providerRef: offered.status?.offers?.[0]?.providers[0] }] };
    await home.apply(app('teller', 'teller', choice));
    await home.until(
      'teller being joined',
      () => tried(offered.status?.url),
      ({ body }) => body === 'joined',
    );
    expect(await home.pods('rss')).toEqual(others);
  });

  test('one app can’t reach another’s database, nor the provider’s own', async () => {
    await home.ready('teller');
    const [rss, other] = [await bindingOf('rss-db'), await bindingOf('teller-db')];
    expect(await connects({ ...rss })).toBe('');
    expect(await connects({ ...rss, database: other.database })).toMatch(/permission denied for database/);
    expect(await connects({ ...rss, database: 'postgres' })).toMatch(/permission denied for database/);
    expect(await connects({ ...rss, password: other.password })).toMatch(/password authentication failed/);
  });

  test('a removed app finds its data again, and leaves nothing where that is asked', async () => {
    const { database, ...rest } = await bindingOf('rss-db');
    await query({ ...rest, database }, 'CREATE TABLE remembered (what text)');
    await kiko('remove', 'rss', '--name', NAME);
    await home.apply(app('rss', 'miniflux'));
    await home.ready('rss');
    expect(await query(await bindingOf('rss-db'), 'SELECT count(*)::int AS n FROM remembered')).toEqual([
      { n: 0 },
    ]);
    await home.apply(app('rss', 'miniflux', { deletion: 'Delete' }));
    await kiko('remove', 'rss', '--name', NAME);
    const selected = [
      'get',
      'all,secrets,pvc,databases,routes,plans',
      '-n',
      'home',
      '-l',
      'app.kubernetes.io/instance=rss',
      '-o',
      'name',
    ];
    // What an App owns goes after it, by garbage collection.
    await home.until(
      'rss leaving nothing',
      () => home.kubectl(selected),
      (left) => left.trim() === '',
      60,
    );
  });

  test('kubectl’s own ways work on every kind', async () => {
    for (const kind of ['home', 'appdefinition', 'app', 'plan', 'database', 'route']) {
      await home.kubectl(['wait', kind, '--all', '-A', '--for=condition=Ready', '--timeout=60s']);
      expect(await home.kubectl(['explain', `${kind}.spec`])).toContain('FIELDS:');
    }
    const judged = await kstatus(await home.kubectl(['get', 'hearth', '-A', '-o', 'json']));
    expect(judged.length).toBeGreaterThan(10);
    expect(judged.filter((line) => !line.endsWith(' Current'))).toEqual([]);
    expect(await home.kubectl(['get', 'hearth', '-A'])).toMatch(
      /app\.apps\.hearth\.dev\/teller\s+teller\s+1\s+True\s+https:/,
    );
  });

  test('the operators may be killed at any time', async () => {
    await home.apply(app('rss', 'miniflux'));
    for (let times = 0; times < 3; times += 1) {
      await home.kubectl([
        'delete',
        'pod',
        '-n',
        'hearth-system',
        '-l',
        'app.kubernetes.io/name=hearth-operators',
        '--force',
        '--grace-period=0',
      ]);
    }
    const { status } = await home.ready('rss');
    await home.until(
      'a page of rss',
      () => tried(status?.url),
      ({ status: code }) => code === 200,
    );
  });

  test('what the pages say to ask, is answered', async () => {
    const asked = (await exampleCommands()).filter(({ text }) => /^kubectl (get|describe|wait) /.test(text));
    expect(asked.length).toBeGreaterThan(4);
    for (const { text } of asked) await home.kubectl(wordsOf(text).slice(1));
  });
});

/** The words of a command line without its redirection; quotes hold a word together. */
const wordsOf = (line: string): string[] =>
  (line.replace(/ > .*$/, '').match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));

const tried = (url: string | undefined) =>
  home.visit(url ?? '').catch((error: Error) => ({ status: 0, body: error.message }));

interface Binding {
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A binding as a pod has it, with the address that its host name means: this machine doesn't ask the cluster's DNS. */
async function bindingOf(name: string): Promise<Binding> {
  const { data } = await home.get<{ data: Record<string, string> }>('secret', `${name}-binding`);
  const value = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  const service = await home.get<{ spec: { clusterIP: string } }>('service', 'postgres', 'hearth-providers');
  return {
    host: service.spec.clusterIP,
    user: value('username'),
    password: value('password'),
    database: value('database'),
  };
}

async function query(binding: Binding, text: string): Promise<unknown[]> {
  const client = new pg.Client(binding);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Tries to connect; '' where it can, else what the server says. */
const connects = (binding: Binding): Promise<string> =>
  query(binding, 'SELECT 1').then(
    () => '',
    (error: Error) => error.message,
  );
