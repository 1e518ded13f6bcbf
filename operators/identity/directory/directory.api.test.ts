import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accountsReport, identityPaths } from '@hearth/domain/identity-api';
import { Attribute, Change, Client, type Entry } from 'ldapts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Slapd, startSlapd } from '../../../e2e/harness/slapd.ts';
import type { FakeBrowser } from '../testing/browser.ts';
import { startHome, type TestHome } from '../testing/home.ts';

let slapd: Slapd;
let home: TestHome;
let folder: string;
let file: string;
let homes = 0;

const url = () => `ldap://${slapd.address.host}:${slapd.address.port}`;
const person = (name: string) => `uid=${name},ou=people,${slapd.baseDN}`;
const group = (name: string) => `cn=${name},ou=groups,${slapd.baseDN}`;

/** Does something as somebody, and logs out again. */
async function as<T>(dn: string, password: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ url: url(), timeout: 5000 });
  try {
    await client.bind(dn, password);
    return await work(client);
  } finally {
    await client.unbind();
  }
}
const asAdmin = <T>(work: (client: Client) => Promise<T>) => as(slapd.admin.dn, slapd.admin.password, work);

/** Whether a password lets somebody in. */
const letsIn = (name: string, password: string): Promise<boolean> =>
  as(person(name), password, async () => true).catch(() => false);

/** All entries of a place, by name; the hashes of passwords only by their number. */
async function entries(ou: 'people' | 'groups'): Promise<Record<string, Entry>> {
  const { searchEntries } = await asAdmin((client) =>
    client.search(`ou=${ou},${slapd.baseDN}`, { scope: 'one', attributes: ['*', 'memberOf'] }),
  );
  return Object.fromEntries(
    searchEntries.map((entry) => [String(ou === 'people' ? entry.uid : entry.cn), entry]),
  );
}

const names = async (ou: 'people' | 'groups') => Object.keys(await entries(ou)).toSorted();
const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 50 });
const change = (dn: string, type: string, values: string[]) =>
  asAdmin((client) =>
    client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values }) })),
  );

/** Makes an app password on the page for it. */
async function appPassword(browser: FakeBrowser, name: string): Promise<string> {
  const page = await browser.request('/app-passwords', { form: { name } });
  return /<code id="password">([^<]+)<\/code>/.exec(page.text)?.[1] ?? '';
}

/** An identity that keeps the directory. One with the same file goes on where the other ended. */
const startHomeWith = (over: { readonly password?: string; readonly file?: string } = {}) => {
  const { password = slapd.admin.password, ...rest } = over;
  return startHome({ directory: { url: url(), password }, ...rest });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-directory-'));
  slapd = await startSlapd();
}, 120_000);
afterAll(async () => {
  await slapd?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  file = join(folder, `${++homes}.db`);
  home = await startHomeWith({ file });
});
afterEach(async () => {
  await home.people();
  await eventually(async () => expect(await names('people')).toEqual([]));
  await home.stop();
});

describe('a directory', () => {
  it('has the people and groups of the home', async () => {
    await home.people(
      { name: 'mila' },
      { name: 'ben', groups: ['family', 'admins'] },
      { name: 'kim', groups: [] },
    );
    await eventually(async () => expect(await names('people')).toEqual(['ben', 'kim', 'mila']));
    expect(await entries('groups')).toMatchObject({
      family: { member: expect.arrayContaining([person('mila'), person('ben')]) },
      admins: { member: person('ben') },
    });
    expect(await entries('people')).toMatchObject({
      ben: {
        cn: 'Ben',
        mail: 'ben@example.org',
        memberOf: expect.arrayContaining([group('family'), group('admins')]),
      },
    });
  });

  it('lets people in by their app passwords, each of them, and by nothing else', async () => {
    await home.people({ name: 'mila' });
    const mila = await home.member('mila');
    const [wiki, mail] = [await appPassword(mila, 'Wiki'), await appPassword(mila, 'Mail')];
    await eventually(async () =>
      expect([await letsIn('mila', wiki), await letsIn('mila', mail)]).toEqual([true, true]),
    );
    expect(await letsIn('mila', 'something else')).toBe(false);
    expect(await letsIn('mila', '')).toBe(false);
    const id = /app-passwords\/([^/"]+)\/remove/.exec((await mila.request('/app-passwords')).text)?.[1];
    await mila.request(`/app-passwords/${id}/remove`, { form: {} });
    await eventually(async () => expect(await letsIn('mila', wiki)).toBe(false));
    expect(await letsIn('mila', mail)).toBe(true);
  });

  it.each([
    ['disabled', [{ name: 'mila', disabled: true }], ['mila']],
    ['removed', [], []],
  ])('lets nobody in who was %s, at once', async (_how, people, left) => {
    await home.people({ name: 'mila' });
    const password = await appPassword(await home.member('mila'), 'Wiki');
    await eventually(async () => expect(await letsIn('mila', password)).toBe(true));
    const before = performance.now();
    await home.people(...people);
    await eventually(async () => expect(await letsIn('mila', password)).toBe(false));
    expect(performance.now() - before).toBeLessThan(10_000);
    expect([await names('people'), await names('groups')]).toEqual([left, []]);
  });

  it('knows at once who has come back, and their password again', async () => {
    await home.people({ name: 'mila' });
    const password = await appPassword(await home.member('mila'), 'Wiki');
    await home.people({ name: 'mila', disabled: true });
    await eventually(async () => expect(await letsIn('mila', password)).toBe(false));
    await home.people({ name: 'mila' });
    await eventually(async () => expect(await letsIn('mila', password)).toBe(true));
  });
});

describe('who may see what', () => {
  it('people see themselves, and no password', async () => {
    await home.people({ name: 'mila' }, { name: 'ben' });
    const password = await appPassword(await home.member('mila'), 'Wiki');
    await eventually(async () => expect(await letsIn('mila', password)).toBe(true));
    const seen = await as(person('mila'), password, (client) => client.search(slapd.baseDN));
    expect(seen.searchEntries.map(({ dn }) => dn)).toEqual([person('mila')]);
    expect(seen.searchEntries[0]?.userPassword ?? []).toEqual([]);
  });

  it('nobody sees nothing', async () => {
    await home.people({ name: 'mila' });
    await eventually(async () => expect(await names('people')).toEqual(['mila']));
    const client = new Client({ url: url(), timeout: 5000 });
    await expect(client.search(slapd.baseDN)).rejects.toMatchObject({ code: 50 });
    await expect(client.search(`ou=people,${slapd.baseDN}`)).rejects.toThrow();
    await client.unbind();
  });
});

describe('what somebody has changed by hand', () => {
  it('is set right when everything is compared', async () => {
    await home.people({ name: 'mila' }, { name: 'ben' });
    await eventually(async () => expect(await names('people')).toEqual(['ben', 'mila']));
    await change(person('mila'), 'userPassword', ['a back door']);
    await change(group('family'), 'member', [person('ben')]);
    await asAdmin((client) => client.del(person('ben')));
    // A new process compares everything.
    await home.stop();
    home = await startHomeWith({ file });
    await eventually(async () => expect(await names('people')).toEqual(['ben', 'mila']));
    await eventually(async () => expect(await letsIn('mila', 'a back door')).toBe(false));
    expect(await entries('people')).toMatchObject({
      ben: { memberOf: group('family') },
      mila: { memberOf: group('family') },
    });
  });

  it('is left alone where it is another’s', async () => {
    const printer = { objectClass: 'inetOrgPerson', uid: 'printer', cn: 'Printer', sn: 'Printer' };
    await asAdmin((client) => client.add(person('printer'), printer));
    try {
      await home.people({ name: 'printer' }, { name: 'mila' });
      await eventually(async () => expect(await names('people')).toEqual(['mila', 'printer']));
      await home.people({ name: 'printer', displayName: 'Other' }, { name: 'mila', displayName: 'Other' });
      await eventually(async () => expect((await entries('people')).mila?.cn).toBe('Other'));
      expect((await entries('people')).printer).toMatchObject({ cn: 'Printer' });
    } finally {
      await asAdmin((client) => client.del(person('printer')));
    }
  });
});

describe('a directory that is away', () => {
  it('hurts no sign-in, and is in step soon after it is back', async () => {
    await home.people({ name: 'mila' });
    const mila = await home.member('mila');
    await eventually(async () => expect(await names('people')).toEqual(['mila']));
    await slapd.kill();
    await home.people({ name: 'mila' }, { name: 'ben' });
    const password = await appPassword(mila, 'Wiki');
    expect((await mila.signIn()).status).toBe(200);
    await pause(500);
    await slapd.start();
    await eventually(async () => expect(await names('people')).toEqual(['ben', 'mila']));
    expect(await letsIn('mila', password)).toBe(true);
  });

  it('is said to be behind, and in step once it was asked after it is back', async () => {
    const push = (...users: string[]) => ({
      revision: users.join(' ') || 'nobody',
      users: users.map((name) => ({ name, displayName: name, disabled: false, groups: [] })),
    });
    const standing = async (method: 'GET' | 'PUT', body?: object) =>
      accountsReport.parse(await (await home.admin(method, identityPaths.accounts, body)).json()).directory;
    expect(await standing('PUT', push('ben', 'mila'))).toBe('in-step');
    expect(await names('people')).toEqual(['ben', 'mila']);
    await slapd.kill();
    expect(await standing('PUT', push('mila'))).toBe('behind');
    // Often enough that it would be a while until it is tried again by itself.
    for (let time = 0; time < 8; time++) expect(await standing('PUT', push('mila'))).toBe('behind');
    expect(await standing('GET')).toBe('behind');
    await slapd.start();
    expect(await standing('PUT', push('mila'))).toBe('in-step');
    expect(await names('people')).toEqual(['mila']);
    expect(await standing('GET')).toBe('in-step');
  });

  it('is no reason to wait when the process is to end', async () => {
    await slapd.kill();
    const other = await startHomeWith();
    const before = performance.now();
    await other.stop();
    expect(performance.now() - before).toBeLessThan(5000);
    await slapd.start();
  });

  it('is not told apart from one that refuses the password: nobody is locked out of identity', async () => {
    const other = await startHomeWith({ password: 'not the password' });
    await other.people({ name: 'mila' });
    expect((await (await other.member('mila')).request('/')).status).toBe(200);
    expect(await names('people')).toEqual([]);
    await other.stop();
  });
});
