import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SSOClient } from '@hearth/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrowser } from '../harness/browser.ts';
import type { TestHome } from '../harness/home.ts';
import { app, newName, PROVIDERS, signOnHome } from './home.ts';
import { addPerson, homeBrowser, type Person, personAt } from './person.ts';

const IDENTITY = 'https://identity.hearth.home.arpa';
const RSS = 'https://rss.hearth.home.arpa';

let home: TestHome;
let browser: TestBrowser;
let mila: Person;

beforeAll(async () => {
  const up = await signOnHome();
  home = up.home;
  const choice = { name: 'sso', providerRef: { namespace: PROVIDERS, name: 'identity' } };
  await home.apply(app('rss', 'miniflux', { integrations: [choice] }));
  await home.ready('rss');
  browser = await homeBrowser(home);
  mila = await personAt(browser, newName('mila'));
  await mila.enrol(await addPerson(up.name, mila.name, ['family']));
});

afterAll(() => browser?.stop());

/** Kills identity's process, which nothing in its container could; the kubelet starts it again. */
async function killIdentity(): Promise<void> {
  const [uid = ''] = await home.pods('identity', PROVIDERS);
  const before = await restarts();
  for (const pid of processesOf(uid)) process.kill(pid, 'SIGKILL');
  // The kubelet waits longer each time, five minutes at most.
  await home.until('identity being started again', restarts, (count) => count > before, 330);
  await home.until(
    'identity answering',
    () => home.visit(`${IDENTITY}/sign-in`).catch(() => ({ status: 0 })),
    ({ status }) => status === 200,
  );
}

async function restarts(): Promise<number> {
  const pod = await home.get<{ status: { containerStatuses: { restartCount: number; ready: boolean }[] } }>(
    'pod',
    'identity-0',
    PROVIDERS,
  );
  return pod.status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** The processes of a pod that run Node.js. */
const processesOf = (uid: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => said(pid, 'cgroup').includes(uid) && programOf(said(pid, 'cmdline')) === 'node')
    .map(Number);

const programOf = (commandLine: string): string => basename(commandLine.split('\0', 1)[0] ?? '');

function said(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}

const inIdentity = (program: string) =>
  home.kubectl(['exec', '-n', PROVIDERS, 'identity-0', '--', 'node', '-e', program]);

/** Goes to Miniflux as somebody whom it doesn't know yet: it exchanges a code, with the secret that it has just then. */
async function comeToRss(): Promise<string> {
  await mila.page.context().clearCookies({ domain: new URL(RSS).hostname });
  await mila.visit(`${RSS}/oauth2/oidc/redirect`);
  return mila.page.url();
}

test('identity killed while somebody signs in: they press the button, and are in', async () => {
  expect(await comeToRss()).toBe(`${RSS}/unread`);
  await mila.visit(`${IDENTITY}/sessions`);
  await mila.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await comeToRss();
  await mila.page.getByRole('heading', { name: 'Sign in to Miniflux' }).waitFor();
  await killIdentity();
  await mila.showPasskey();
  await mila.page.getByRole('heading', { name: 'Unread' }).waitFor();
});

test('its database restored from a copy: nobody loses a passkey', async () => {
  await inIdentity(
    `new (require('node:sqlite').DatabaseSync)('/data/identity.db').exec("VACUUM INTO '/data/copy.db'")`,
  );
  await inIdentity(
    `const { renameSync, rmSync } = require('node:fs');
     renameSync('/data/copy.db', '/data/identity.db');
     for (const end of ['-wal', '-shm']) rmSync('/data/identity.db' + end, { force: true });`,
  );
  await killIdentity();
  expect(await comeToRss()).toBe(`${RSS}/unread`);
  await mila.visit(`${IDENTITY}/sessions`);
  await mila.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await mila.page.getByRole('link', { name: 'Sign in again' }).click();
  await mila.showPasskey();
  await mila.page.getByRole('heading', { name: 'Hello, Mila' }).waitFor();
});

test('the app’s secret is changed while it is in use, and nobody sees an error', async () => {
  const before = await home.pods('rss');
  const rotation = newName('rotation');
  const failures: string[] = [];
  mila.page.on('response', (answer) => {
    if (answer.status() >= 400) failures.push(`${answer.status()} ${answer.url()}`);
  });
  await home.kubectl([
    ...['patch', 'ssoclient', 'rss-sso', '-n', 'home', '--type', 'merge'],
    ...['-p', JSON.stringify({ spec: { rotation } })],
  ]);
  let signIns = 0;
  await home.until(
    'the new secret being the only one',
    async () => {
      expect(await comeToRss()).toBe(`${RSS}/unread`);
      signIns += 1;
      const { status } = await home.get<SSOClient>('ssoclient', 'rss-sso');
      const pods = await home.pods('rss');
      // The old secret is taken away a while after the last pod that had it.
      const isChanging = status?.conditions?.some((one) => one.type === 'Changing' && one.status === 'True');
      await pause(1_000);
      return status?.rotation === rotation && !isChanging && pods.every((uid) => !before.includes(uid));
    },
    (done) => done,
    300,
  );
  expect(await comeToRss()).toBe(`${RSS}/unread`);
  expect(failures).toEqual([]);
  expect(signIns).toBeGreaterThan(1);
});
