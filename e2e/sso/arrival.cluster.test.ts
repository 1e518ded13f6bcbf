import type { App, SSOClient } from '@hearth/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGN_ON_HOME } from '../harness/cluster-setup.ts';
import { homeOf, type TestHome } from '../harness/home.ts';
import { makeRoom } from '../harness/machine.ts';
import { app, identity, PROVIDERS } from './home.ts';
import { lateApp } from './late-app.ts';
import { goTo, homeBrowser } from './person.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  readonly status: { readonly conditions: readonly { readonly type: string; lastTransitionTime: string }[] };
}

const off = (name: string) => ({ name, mode: 'Off' });
const peer = (name: string) => ({ name: 'peer', providerRef: { namespace: 'home', name } });

/** Apps that take sign-on by themselves when it comes: they join accounts by name, and the second uses the first. */
const TAKERS = ['first', 'second'];
/** Apps in which people would find new accounts, or somebody else’s. */
const OFFERED = ['budget', 'rss'];
const OTHERS = [...OFFERED, 'alone'];
const choice = { name: 'sso', providerRef: { namespace: PROVIDERS, name: 'identity' } };

let home: TestHome;
let before: Record<string, string[]>;

/** A home in which nobody can sign in yet. */
beforeAll(async () => {
  await makeRoom();
  home = await homeOf(SIGN_ON_HOME, 'sign-on');
  await home.apply(lateApp);
  await home.apply(
    app('budget', 'actual'),
    app('rss', 'miniflux'),
    app('first', 'late', { integrations: [off('peer')] }),
    app('second', 'late', { integrations: [peer('first')] }),
    app('alone', 'late', { integrations: [off('peer'), off('sso')] }),
  );
  for (const name of [...TAKERS, ...OTHERS]) await home.ready(name);
  before = await podsOfAll();
});

afterAll(async () => {
  await home?.kubectl(['delete', 'app', '-n', 'home', 'first', 'second', 'alone', '--wait=false']);
});

async function podsOfAll(): Promise<Record<string, string[]>> {
  const entries = [...TAKERS, ...OTHERS].map(async (name) => [name, await home.pods(name)] as const);
  const providers = await home.pods('postgres', PROVIDERS);
  return { ...Object.fromEntries(await Promise.all(entries)), postgres: providers };
}

const signOnOf = async (name: string) =>
  (await home.get<App>('app', name)).status?.bindings?.find((binding) => binding.name === 'sso');

const created = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp);

/** The newest: the one before it may still be on its way out. */
const podOf = async (name: string): Promise<Pod> => {
  const pods = await home.list<Pod>('pods', 'home', '-l', `app.kubernetes.io/instance=${name}`);
  const [newest] = pods.toSorted((one, other) => created(other) - created(one));
  if (newest === undefined) throw new Error(`${name} has no pod`);
  return newest;
};

const bodyOf = async (host: string, path = '/') =>
  (await home.visit(`https://${host}.hearth.home.arpa${path}`)).body;

test('apps run with sign-on of their own', async () => {
  for (const name of [...TAKERS, ...OFFERED]) {
    expect(await signOnOf(name)).toMatchObject({ state: 'Unbound' });
  }
  expect(await bodyOf('second')).toBe('local');
  expect(await bodyOf('budget', '/account/needs-bootstrap')).toContain('"loginMethod":"password"');
});

test('when identity comes, those are wired again that join accounts by name, unasked', async () => {
  await home.apply(identity);
  for (const name of TAKERS) {
    await home.until(
      `sign-on of ${name}`,
      () => signOnOf(name),
      (it) => it?.state === 'Bound' && it.rewiring === undefined,
      240,
    );
    await home.ready(name);
  }
  // The gateway learns a moment after the App which pod has taken over.
  for (const name of TAKERS) {
    await home.until(
      `who enters ${name}`,
      () => bodyOf(name).catch(() => ''),
      (answer) => answer === 'everyone',
      60,
    );
  }
});

test('no other pod is restarted', async () => {
  const after = await podsOfAll();
  const same = Object.keys(before).filter((name) => after[name]?.join() === before[name]?.join());
  expect(same).toEqual([...OTHERS, 'postgres']);
});

test('what others use comes first, and they follow when it has come up', async () => {
  const [first, second] = [await podOf('first'), await podOf('second')];
  const up = first.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  expect(created(second)).toBeGreaterThanOrEqual(Date.parse(up));
});

test('where people would get new accounts it is offered, and left alone where it is Off', async () => {
  expect(await signOnOf('alone')).toMatchObject({ state: 'Off' });
  for (const name of OFFERED) {
    const { status } = await home.get<App>('app', name);
    expect(status?.offers).toMatchObject([
      { name: 'sso', providers: [{ namespace: PROVIDERS, name: 'identity' }] },
    ]);
  }
  expect(await bodyOf('budget', '/account/needs-bootstrap')).toContain('"loginMethod":"password"');
  const clients = await home.list<SSOClient>('ssoclients', 'home');
  expect(clients.map(({ metadata }) => metadata.name).toSorted()).toEqual(
    TAKERS.map((name) => `${name}-sso`),
  );
});

test('it is wired where a person accepts the offer', async () => {
  await home.apply(app('budget', 'actual', { integrations: [choice] }));
  await home.until(
    'sign-on of budget',
    () => bodyOf('budget', '/account/needs-bootstrap').catch(() => ''),
    (answer) => answer.includes('"loginMethod":"openid"'),
  );
});

test('who accepts it for Miniflux keeps the local administrator, as break-glass', async () => {
  await home.apply(app('rss', 'miniflux', { integrations: [choice] }));
  await home.until(
    'sign-on of rss',
    () => bodyOf('rss').catch(() => ''),
    (page) => page.includes('OpenID Connect'),
  );
  const { data } = await home.get<{ data: Record<string, string> }>('secret', 'rss-secrets');
  const chromium = await homeBrowser(home);
  const page = await chromium.browser.newPage();
  await goTo(page, 'https://rss.hearth.home.arpa/');
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill(Buffer.from(data['admin-password'] ?? '', 'base64').toString());
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('heading', { name: 'Unread' }).waitFor();
  await chromium.stop();
});
