import { Attribute, Change, Client, type Entry } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Slapd, startSlapd } from '../../../e2e/harness/slapd.ts';
import type { BindingData } from '../binding.ts';
import { createSsoClientController } from './controller.ts';
import { anSsoClient, keeperOf, providers, type TestCluster, testCluster } from './testing/cluster.ts';

const controller = createSsoClientController();
const minute = 61_000;

let slapd: Slapd;
let cluster: TestCluster;
let count = 0;
let name: string;

/** Does something as somebody, and logs out again. */
async function as<T>(
  { dn, password }: { readonly dn: string; readonly password: string },
  work: (client: Client) => Promise<T>,
  server = slapd,
): Promise<T> {
  const client = new Client({ url: `ldap://${server.address.host}:${server.address.port}`, timeout: 5000 });
  try {
    await client.bind(dn, password);
    return await work(client);
  } finally {
    await client.unbind();
  }
}

const base = () => slapd.baseDN;
const accountDN = () => `cn=home-${name},ou=clients,${base()}`;
const binding = () => cluster.binding(name);
const reconcile = (spec: object = {}) => cluster.reconcile(controller, aClient(spec));
const aClient = (spec: object = {}) =>
  anSsoClient(name, {
    providerRef: { namespace: providers, name: 'directory' },
    strategy: 'ldap',
    route: undefined,
    redirects: undefined,
    ...spec,
  });

/** As an app would: with nothing but its binding. */
const asApp = <T>(data: BindingData | undefined, work: (client: Client) => Promise<T>): Promise<T> =>
  as({ dn: data?.bindDN ?? '', password: data?.password ?? '' }, work);
const worksWith = (password: string | undefined) =>
  as({ dn: accountDN(), password: password ?? '' }, async () => true).catch(() => false);
const account = (): Promise<Entry | undefined> =>
  as(slapd.admin, async (client) => {
    const { searchEntries } = await client.search(`ou=clients,${base()}`, { filter: `(cn=home-${name})` });
    return searchEntries[0];
  });

/** The names of the people and groups that an app finds. */
async function found(data = binding()): Promise<{ people: string[]; groups: string[] }> {
  return asApp(data, async (client) => {
    const people = await client.search(data?.peopleDN ?? '', { filter: data?.filter ?? '' });
    const groups = await client.search(data?.groupsDN ?? '', { filter: '(objectClass=groupOfNames)' });
    const names = (entries: Entry[], attribute: string) =>
      entries.map((entry) => String(entry[attribute])).toSorted();
    return { people: names(people.searchEntries, 'uid'), groups: names(groups.searchEntries, 'cn') };
  });
}

async function furnish(server: Slapd): Promise<void> {
  const { baseDN } = server;
  await as(
    server.admin,
    async (client) => {
      for (const uid of ['anna', 'ben', 'kim']) {
        await client.add(`uid=${uid},ou=people,${baseDN}`, {
          objectClass: 'inetOrgPerson',
          uid,
          cn: uid,
          sn: uid,
          userPassword: `${uid}-password`,
        });
      }
      for (const [cn, ...members] of [
        ['family', 'anna', 'ben'],
        ['guests', 'kim'],
      ]) {
        await client.add(`cn=${cn},ou=groups,${baseDN}`, {
          objectClass: 'groupOfNames',
          cn: cn ?? '',
          member: members.map((uid) => `uid=${uid},ou=people,${baseDN}`),
        });
      }
    },
    server,
  );
}

/** A cluster with a directory in which identity keeps people. */
async function clusterOf(server: Slapd): Promise<TestCluster> {
  const made = testCluster({
    directory: {
      server: { address: server.address, token: server.admin.password },
      api: 'openldap',
      strategies: ['ldap'],
    },
  });
  await made.put(keeperOf('directory'));
  return made;
}

beforeAll(async () => {
  slapd = await startSlapd();
  await furnish(slapd);
}, 120_000);
afterAll(() => slapd?.stop());
beforeEach(async () => {
  cluster = await clusterOf(slapd);
  name = `rss-ldap${++count}`;
});

describe('an SSOClient of ldap', () => {
  it('gets an account with which an app looks people up', async () => {
    expect(await reconcile()).toMatchObject({ type: 'ready', conditions: [] });
    expect(binding()).toMatchObject({
      type: 'ldap',
      provider: 'directory',
      host: `directory.${providers}.svc.cluster.local`,
      port: '9091',
      uri: `ldap://directory.${providers}.svc.cluster.local:9091`,
      baseDN: base(),
      peopleDN: `ou=people,${base()}`,
      groupsDN: `ou=groups,${base()}`,
      bindDN: accountDN(),
      password: expect.stringMatching(/^[\w-]{43}$/),
      filter: '(objectClass=inetOrgPerson)',
    });
    expect(await found()).toEqual({ people: ['anna', 'ben', 'kim'], groups: ['family', 'guests'] });
    const entry = await account();
    expect(String(entry?.description)).toBe(
      JSON.stringify({ hearth: { home: 'home-1', namespace: 'home', name } }),
    );
    expect(String(entry?.userPassword)).toMatch(/^\{SSHA512\}/);
  });

  it('sees nobody but who may enter the app', async () => {
    await reconcile({ access: { groups: ['family'] } });
    expect(await found()).toEqual({ people: ['anna', 'ben'], groups: ['family'] });
    await reconcile({ access: { groups: ['family', 'guests'] } });
    expect(await found()).toEqual({ people: ['anna', 'ben', 'kim'], groups: ['family', 'guests'] });
    await reconcile({ access: { groups: ['guests'] } });
    expect(await found()).toEqual({ people: ['kim'], groups: ['guests'] });
  });

  it('sees no password and no other account, and changes nothing', async () => {
    await reconcile();
    await asApp(binding(), async (client) => {
      const { searchEntries } = await client.search(base(), { attributes: ['userPassword', 'cn'] });
      expect(searchEntries.filter((entry) => (entry.userPassword ?? []).length > 0)).toEqual([]);
      expect(searchEntries.map(({ dn }) => dn).filter((dn) => dn.startsWith('cn=home-'))).toEqual([
        accountDN(),
      ]);
      const change = new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'seeAlso', values: [base()] }),
      });
      await expect(client.modify(accountDN(), change)).rejects.toMatchObject({ code: 50 });
    });
  });

  it('changes nothing when it is looked at again', async () => {
    await reconcile();
    const before = await account();
    await cluster.reconcile(createSsoClientController(), aClient());
    expect(await account()).toEqual(before);
    expect(cluster.events()).toHaveLength(1);
  });

  it('takes two passwords while one is exchanged for the other', async () => {
    await reconcile();
    const old = binding()?.password;
    await reconcile({ rotation: 'r1' });
    expect(binding()?.password).not.toBe(old);
    expect([await worksWith(old), await worksWith(binding()?.password)]).toEqual([true, true]);
    await cluster.settle(name);
    cluster.advance(minute);
    await reconcile({ rotation: 'r1' });
    expect([await worksWith(old), await worksWith(binding()?.password)]).toEqual([false, true]);
  });

  it('goes with its SSOClient', async () => {
    await reconcile();
    expect(await cluster.finalize(controller, aClient())).toMatchObject({ type: 'ready' });
    expect(await account()).toBeUndefined();
  });
});

describe('healing', () => {
  const change = (operation: 'replace' | 'add', type: string, values: string[]) =>
    as(slapd.admin, (client) =>
      client.modify(accountDN(), new Change({ operation, modification: new Attribute({ type, values }) })),
    );

  it.each<[string, () => Promise<void>, RegExp]>([
    ['a password that was changed', () => change('replace', 'userPassword', ['{SSHA512}x']), /^Healed/],
    ['a password that was added', () => change('add', 'userPassword', ['back-door']), /^Healed/],
    ['what it may see', () => change('replace', 'seeAlso', [`ou=groups,${base()}`]), /^Updated.*may see/],
    ['an account that is gone', () => as(slapd.admin, (client) => client.del(accountDN())), /^Recreated/],
  ])('sets right %s', async (_, drift, told) => {
    await reconcile();
    const { password } = binding() ?? {};
    await drift();
    expect(await reconcile()).toMatchObject({ type: 'ready' });
    expect(binding()?.password).toBe(password);
    expect([await worksWith(password), await worksWith('back-door')]).toEqual([true, false]);
    expect((await found()).people).toHaveLength(3);
    expect(cluster.events().at(-1)).toMatch(told);
  });

  it.each([
    ['unmarked', 'the printer'],
    ['another’s', JSON.stringify({ hearth: { home: 'home-1', namespace: 'kids', name: 'x' } })],
  ])('leaves alone an account that is %s', async (_, description) => {
    await reconcile();
    await change('replace', 'description', [description]);
    const before = await account();
    expect(await reconcile({ access: { groups: ['family'] } })).toMatchObject({
      type: 'stalled',
      reason: 'ClientTaken',
    });
    await cluster.finalize(controller, aClient());
    expect(await account()).toEqual(before);
  });
});

describe('what it waits for', () => {
  it('is said where the directory does not answer', async () => {
    cluster = await clusterOf({ ...slapd, address: { host: '127.0.0.1', port: 1 } });
    const outcome = await reconcile();
    expect(outcome).toMatchObject({
      type: 'waiting',
      reason: 'ProviderUnreachable',
      message: expect.stringContaining(`App ${providers}/directory`),
    });
  });

  it('is said where the directory refuses the admin, without the password', async () => {
    const wrong = 'not-the-password';
    cluster = await clusterOf({ ...slapd, admin: { ...slapd.admin, password: wrong } });
    const outcome = await reconcile();
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'AdminRefused' });
    expect(outcome.message).not.toContain(wrong);
  });

  it('is said where the directory doesn’t know how passwords are hashed', async () => {
    const plain = await startSlapd({ without: 'pw-sha2' });
    try {
      await furnish(plain);
      cluster = await clusterOf(plain);
      expect(await reconcile()).toMatchObject({
        type: 'stalled',
        reason: 'HashUnknown',
        message: expect.stringContaining('pw-sha2'),
      });
    } finally {
      await plain.stop();
    }
  });
});
