import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from '../../operators/identity/testing/browser.ts';
import { appVisitor } from '../../operators/identity/testing/gateway.ts';
import { type RawAnswer, sendHttp2, sendRaw } from './raw.ts';
import { startWorld, type World } from './world.ts';

const HOST = 'rss.hearth.test';

let world: World;
/** The cookie of somebody who may enter. */
let cookie: string;

beforeAll(async () => {
  world = await startWorld();
  const { home, origin } = world;
  const mila = fakeBrowser(origin('identity'), () => home.running.port);
  await mila.open(await home.link('mila'));
  await mila.enrol('/enrol');
  await mila.enrol('/devices');
  const visitor = appVisitor(() => home.running.port, 'home-rss', origin('identity'));
  expect(await visitor.open(`${origin('rss')}/`, mila)).toMatchObject({ user: 'mila' });
  cookie = visitor.cookies().join('; ');
}, 180_000);
afterAll(() => world?.stop());
beforeEach(() => world.app.forget());

const request = (path: string, ...headers: string[]): Promise<RawAnswer> =>
  sendRaw(world, HOST, [`GET ${path} HTTP/1.1`, `Host: ${HOST}:${world.port}`, ...headers]);

const IDENTITY = /^(x[-_.]forwarded[-_.](user|groups|email|name)|remote[-_.](user|groups|email|name))$/;

/** What the app was told of who is there, under any name that it could take for one of these. */
function told(): Record<string, string[]> {
  expect(world.app.seen).toHaveLength(1);
  const [raw = []] = world.app.seen;
  const found: Record<string, string[]> = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    if (IDENTITY.test(name)) found[name] = [...(found[name] ?? []), raw[index + 1] ?? ''];
  }
  return found;
}

const mila = {
  'x-forwarded-user': ['mila'],
  'x-forwarded-groups': ['family'],
  'x-forwarded-email': ['mila@example.org'],
  'x-forwarded-name': ['Mila'],
  'remote-user': ['mila'],
  'remote-groups': ['family'],
  'remote-email': ['mila@example.org'],
  'remote-name': ['Mila'],
};

/** What somebody might try, to be taken for another. */
const forgeries: Readonly<Record<string, readonly string[]>> = {
  plain: [
    'X-Forwarded-User: admin',
    'Remote-User: admin',
    'Remote-Groups: admins',
    'X-Forwarded-Groups: admins',
  ],
  'in other letters': ['x-forwarded-USER: admin', 'REMOTE-user: admin', 'rEmOtE-gRoUpS: admins'],
  'by underscores': [
    'X_Forwarded_User: admin',
    'X-Forwarded_User: admin',
    'Remote_User: admin',
    'REMOTE_USER: admin',
  ],
  'by dots': ['X.Forwarded.User: admin', 'Remote.User: admin'],
  twice: ['X-Forwarded-User: admin', 'X-Forwarded-User: root', 'Remote-User: admin', 'Remote-User: root'],
  'as one of the hop': ['Connection: keep-alive, X-Forwarded-User, Remote-User', 'X-Forwarded-User: admin'],
  'with spaces': ['Remote-User:    admin', 'X-Forwarded-User:\tadmin'],
  'that are empty': ['Remote-User:', 'X-Forwarded-Email:'],
};

describe.each(Object.entries(forgeries))('headers %s', (_how, headers) => {
  it('never say who is there, to who is signed in', async () => {
    expect(await request('/', `Cookie: ${cookie}`, ...headers)).toMatchObject({ status: 200 });
    expect(told()).toEqual(mila);
  });

  it('reach nothing of who is not', async () => {
    expect(await request('/', ...headers)).toMatchObject({ status: 401 });
    expect(world.app.seen).toEqual([]);
  });

  it('reach no path that is open to all', async () => {
    expect(await request('/api/feeds', ...headers)).toMatchObject({ status: 200 });
    expect(told()).toEqual({});
    world.app.forget();
    // Whoever may enter is not told of there either.
    await request('/api/feeds', `Cookie: ${cookie}`, ...headers);
    expect(told()).toEqual({});
  });

  it('open no WebSocket', async () => {
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const socket = [...upgrade, `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
    const forged = headers.filter((header) => !header.startsWith('Connection'));
    expect(await request('/socket', ...socket, ...forged)).toMatchObject({ status: 401 });
    expect(world.app.seen).toEqual([]);
    expect(await request('/socket', ...socket, ...forged, `Cookie: ${cookie}`)).toMatchObject({
      status: 101,
    });
    expect(told()).toEqual(mila);
  });
});

it('are the same over HTTP/2', async () => {
  const headers = {
    'remote-user': ['admin', 'root'],
    'x-forwarded-user': 'admin',
    x_forwarded_user: 'admin',
  };
  expect(await sendHttp2(world, HOST, '/', { ...headers, cookie })).toBe(200);
  expect(told()).toEqual(mila);
  world.app.forget();
  expect(await sendHttp2(world, HOST, '/api/', headers)).toBe(200);
  expect(told()).toEqual({});
});

describe('what the gateway tells identity', () => {
  it('is nothing that a browser says of where it is', async () => {
    const said = [
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Uri: /api/open',
      'X-Forwarded-Method: POST',
      'X-Forwarded-Proto: http',
    ];
    expect(await request('/', ...said)).toMatchObject({ status: 401 });
    const page = await request('/page', 'Accept: text/html', 'Sec-Fetch-Mode: navigate', ...said);
    expect(page.status).toBe(302);
    const sent = new URL(page.headers.get('location')?.[0] ?? '');
    expect(sent.origin).toBe(world.origin('identity'));
    expect(sent.searchParams.get('to')).toBe(`${world.origin('rss')}/page`);
  });

  it('is the address of the person', async () => {
    await request('/', `Cookie: ${cookie}`, 'X-Forwarded-For: 203.0.113.9');
    const [raw = []] = world.app.seen;
    const forwarded = raw[raw.findIndex((name) => name.toLowerCase() === 'x-forwarded-for') + 1];
    expect(forwarded).not.toContain('203.0.113.9');
  });
});

describe('open paths', () => {
  it.each(['/api', '/apis', '/api/../', '/api/..%2fadmin', '/API/', '/api/%2e%2e/x', '/api/..\\x'])(
    'do not open %s',
    async (path) => {
      const { status } = await request(path);
      expect([400, 401]).toContain(status);
      expect(world.app.seen).toEqual([]);
    },
  );
});

it('opens a path that is written otherwise as what it is to the app', async () => {
  expect(await request('//api/')).toMatchObject({ status: 200 });
  expect(world.app.paths).toEqual(['/api/']);
});

it('is asked no more when identity is gone: nobody comes in', async () => {
  const lonely = await startWorld();
  try {
    await lonely.home.stop();
    const answer = await sendRaw(lonely, HOST, [
      'GET / HTTP/1.1',
      `Host: ${HOST}:${lonely.port}`,
      `Cookie: ${cookie}`,
    ]);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(lonely.app.seen).toEqual([]);
  } finally {
    await lonely.stop().catch(() => undefined);
  }
});
