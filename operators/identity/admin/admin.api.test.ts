import {
  accountsReport,
  auditReport,
  type ClientRequest,
  clientMarkHeader,
  clientReport,
  devicesReport,
  enrolmentReport,
  identityPaths,
  identityRefusal,
} from '@hearth/domain/identity-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aClientRequest, SECRET, startHome, type TestHome } from '../testing/home.ts';

const DAY = 24 * 60 * 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
});
afterAll(() => home?.stop());

const accounts = async () =>
  accountsReport.parse(await (await home.admin('GET', identityPaths.accounts)).json());
const subOf = async (name: string) => (await accounts()).users.find((user) => user.name === name)?.sub;

describe('the admin API', () => {
  it.each([
    ['GET', identityPaths.accounts],
    ['PUT', identityPaths.accounts],
    ['GET', identityPaths.audit(0)],
    ['GET', identityPaths.client('home-rss')],
    ['POST', identityPaths.enrolment('mila')],
  ])('answers %s %s to nobody without the token', async (method, path) => {
    for (const authorization of ['', 'Bearer wrong', 'Basic wrong', 'Bearer ']) {
      const answer = await home.admin(method, path, method === 'GET' ? undefined : {}, { authorization });
      expect(answer.status).toBe(401);
      expect(identityRefusal.parse(await answer.json()).error).toBe('unauthorized');
    }
  });

  it('is not to be had at the door for people', async () => {
    const { port } = home.running;
    for (const path of [identityPaths.accounts, '/metrics', '/readyz']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { authorization: 'Bearer admin-token-of-the-tests' },
      });
      expect(answer.status).toBe(404);
    }
  });

  it('says how the process is', async () => {
    const { adminPort } = home.running;
    const get = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('hearth_identity_sessions');
  });
});

describe('clients', () => {
  const put = (over: Partial<ClientRequest> = {}) =>
    home.admin('PUT', identityPaths.client(over.id ?? 'home-rss'), aClientRequest(over));

  it('are kept as they were put, secrets only by their fingerprints', async () => {
    expect((await home.admin('GET', identityPaths.client('home-rss'))).status).toBe(404);
    const answer = await put({ icon: 'data:image/svg+xml;base64,PHN2Zy8+', groups: ['family'] });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    const report = clientReport.parse(JSON.parse(text));
    const { secrets: _, ...same } = aClientRequest({
      icon: 'data:image/svg+xml;base64,PHN2Zy8+',
      groups: ['family'],
    });
    expect(report).toEqual({
      ...same,
      secrets: [{ id: 'one', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    });
    expect(await (await home.admin('GET', identityPaths.client('home-rss'))).json()).toEqual(report);
    expect(JSON.stringify(await home.running.identity.store.clients.all())).not.toContain(SECRET);
  });

  it('that are put again as they are, are not written', async () => {
    await put();
    const before = await home.running.identity.store.audit.after(0, 1000);
    await put();
    expect(await home.running.identity.store.audit.after(0, 1000)).toEqual(before);
  });

  it('of somebody else are neither changed nor removed', async () => {
    const mark = { home: 'home-2', namespace: 'home', name: 'rss' };
    const answer = await put({ mark, title: 'Mine now' });
    expect(answer.status).toBe(409);
    expect(identityRefusal.parse(await answer.json())).toMatchObject({
      error: 'foreign',
      mark: aClientRequest().mark,
    });
    const header = { [clientMarkHeader]: JSON.stringify(mark) };
    expect((await home.admin('DELETE', identityPaths.client('home-rss'), undefined, header)).status).toBe(
      409,
    );
    expect(home.running.identity.clients.find('home-rss')?.title).toBe('Feeds');
  });

  it('are removed by their owner, and once more', async () => {
    const header = { [clientMarkHeader]: JSON.stringify(aClientRequest().mark) };
    for (let time = 0; time < 2; time++) {
      const answer = await home.admin('DELETE', identityPaths.client('home-rss'), undefined, header);
      expect(answer.status).toBe(204);
    }
    expect((await home.admin('GET', identityPaths.client('home-rss'))).status).toBe(404);
    expect((await home.admin('DELETE', identityPaths.client('home-rss'))).status).toBe(400);
  });

  it.each([
    ['another id in the path', { id: 'home-rss' }, 'home-other'],
    ['a redirect that is no address', { redirectUris: ['javascript:alert(1)'] }, 'home-rss'],
    ['three secrets', { secrets: [1, 2, 3].map((n) => ({ id: `${n}`, value: SECRET })) }, 'home-rss'],
    ['a short secret', { secrets: [{ id: 'one', value: 'short' }] }, 'home-rss'],
  ])('are refused with %s', async (_what, over, id) => {
    const answer = await home.admin('PUT', identityPaths.client(id), aClientRequest(over));
    expect(answer.status).toBe(400);
    expect(identityRefusal.parse(await answer.json()).error).toBe('invalid');
  });
});

describe('accounts', () => {
  it('get a sub at first sight, and keep it', async () => {
    expect(await accounts()).toEqual({ revision: '', users: [] });
    const push = {
      revision: 'one',
      users: [{ name: 'mila', displayName: 'Mila', disabled: false, groups: [] }],
    };
    const answer = accountsReport.parse(await (await home.admin('PUT', identityPaths.accounts, push)).json());
    expect(answer).toEqual({
      revision: 'one',
      users: [{ name: 'mila', sub: expect.stringMatching(/^[\w-]{22}$/), passkeys: 0, appPasswords: 0 }],
    });
    await home.admin('PUT', identityPaths.accounts, { ...push, revision: 'two' });
    expect(await accounts()).toEqual({ ...answer, revision: 'two' });
  });

  it('that come back within a month are who they were, with their passkeys; after it they are strangers', async () => {
    await home.people({ name: 'mila' }, { name: 'ben' });
    const ben = await home.member('ben');
    const sub = await subOf('ben');
    await home.people({ name: 'mila' });
    expect(await subOf('ben')).toBeUndefined();
    expect((await ben.signIn()).status).toBe(403);
    home.advance(29 * DAY);
    await home.people({ name: 'mila' }, { name: 'ben' });
    expect(await subOf('ben')).toBe(sub);
    expect((await ben.signIn()).status).toBe(200);

    await home.people({ name: 'mila' });
    home.advance(31 * DAY);
    await home.people({ name: 'mila' });
    await home.people({ name: 'mila' }, { name: 'ben' });
    expect(await subOf('ben')).not.toBe(sub);
    expect((await accounts()).users.find(({ name }) => name === 'ben')?.passkeys).toBe(0);
    expect((await ben.signIn()).status).toBe(403);
  });

  it('get links and lose devices, without anybody knowing secrets', async () => {
    const answer = await home.admin('POST', identityPaths.enrolment('mila'), { validMinutes: 30 });
    const { url, expires } = enrolmentReport.parse(await answer.json());
    expect(url).toMatch(/^https:\/\/identity\.hearth\.test\/enrol\/[\w-]{43}$/);
    expect(Date.parse(expires)).toBeGreaterThan(Date.now());
    const browser = home.browser();
    await browser.open(new URL(url).pathname);
    await browser.enrol('/enrol');
    const devices = devicesReport.parse(
      await (await home.admin('GET', identityPaths.devices('mila'))).json(),
    );
    expect(devices).toEqual({ devices: [expect.objectContaining({ name: 'Laptop' })] });
    const { id = '' } = devices.devices[0] ?? {};
    for (let time = 0; time < 2; time++) {
      expect((await home.admin('DELETE', identityPaths.device('mila', id))).status).toBe(204);
    }
    expect((await browser.request('/')).status).toBe(303);
    expect((await home.admin('GET', identityPaths.devices('nobody'))).status).toBe(404);
    expect((await home.admin('POST', identityPaths.enrolment('nobody'), { validMinutes: 30 })).status).toBe(
      404,
    );
    expect((await home.admin('POST', identityPaths.enrolment('mila'), { validMinutes: 0 })).status).toBe(400);
  });

  it('leave a trail that only grows', async () => {
    const { entries } = auditReport.parse(await (await home.admin('GET', identityPaths.audit(0))).json());
    expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'account-added',
        'link-made',
        'device-added',
        'device-removed',
        'account-removed',
      ]),
    );
    const [last] = entries.slice(-1);
    const after = auditReport.parse(
      await (await home.admin('GET', identityPaths.audit((last?.number ?? 0) - 1))).json(),
    );
    expect(after.entries).toEqual([last]);
    expect(JSON.stringify(entries)).not.toMatch(/enrol\/|SSHA512/);
  });
});
