import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AccountsRequest,
  type ClientRequest,
  type EnrolmentReport,
  identityPaths,
} from '@hearth/domain/identity-api';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import type { Config } from '../config.ts';
import { assets } from '../pages/assets.ts';
import { pages } from '../pages/pages.ts';
import { type Running, startIdentity } from '../start.ts';
import { type FakeBrowser, fakeBrowser } from './browser.ts';

/** Where the identity of tests is reached, by its fake browsers. */
export const ISSUER = 'https://identity.hearth.test';
/** The admin token of tests. */
export const ADMIN_TOKEN = 'admin-token-of-the-tests';
/** The master key of tests. */
export const KEY = 'a master key of more than 32 characters';

/** A request that identity made to an app. */
interface Told {
  readonly url: string;
  readonly body: string;
}

/** The App operator and the people of a home, as a test plays them. */
export interface Players {
  admin(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  people(...users: readonly Partial<AccountsRequest['users'][number]>[]): Promise<Response>;
  client(request: Partial<ClientRequest>): Promise<Response>;
  /** A one-time link for somebody, as the path that it leads to. */
  link(name: string, validMinutes?: number): Promise<string>;
  browser(): FakeBrowser;
  /** Somebody with a device and recovery codes, signed in; from an address of their own, where many come at once. */
  member(name: string, address?: string): Promise<FakeBrowser>;
}

/** A real identity, in this process: real servers, a real store; people and apps are played by the test. */
export interface TestHome extends Players {
  readonly running: Running;
  /** What apps were told. */
  readonly told: readonly Told[];
  forgetTold(): void;
  /** How apps answer. */
  answer(status: number): void;
  /** Lets time pass, for sessions and links. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

/** Players for an identity that listens at these ports. */
export function createPlayers(ports: () => { readonly port: number; readonly adminPort: number }): Players {
  const admin: Players['admin'] = (method, path, body, headers = {}) =>
    fetch(`http://127.0.0.1:${ports().adminPort}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const players: Players = {
    admin,
    people: (...users) =>
      admin('PUT', identityPaths.accounts, { revision: randomUUID(), users: users.map(aUser) }),
    client: (request) =>
      admin('PUT', identityPaths.client(request.id ?? 'home-rss'), aClientRequest(request)),
    async link(name, validMinutes = 60) {
      const answer = await admin('POST', identityPaths.enrolment(name), { validMinutes });
      return new URL(((await answer.json()) as EnrolmentReport).url).pathname;
    },
    browser: () => fakeBrowser(ISSUER, () => ports().port),
    async member(name, address) {
      const browser = address === undefined ? players.browser() : players.browser().elsewhere(address);
      await browser.open(await players.link(name));
      await browser.enrol('/enrol');
      const page = await browser.request('/recovery-codes', { form: { to: '/' } });
      const [code = ''] = codesOn(page.text);
      await browser.request('/recovery-codes/confirm', { form: { code, to: '/' } });
      return browser;
    },
  };
  return players;
}

/** The identity of a test, with what it differs in from others. */
export async function startHome(over: Partial<Config> = {}): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  const told: Told[] = [];
  let status = 200;
  let offset = 0;
  const running = await startIdentity(
    { ...CONFIG, file: join(folder, 'identity.db'), ...over },
    {
      clock: { ...systemClock, now: () => new Date(Date.now() + offset) },
      log: createLogger({ level: process.env.LOG_LEVEL ?? 'silent' }),
      pages,
      assets,
      async fetch(url, init) {
        told.push({ url: String(url), body: String(init?.body) });
        return new Response(null, { status });
      },
    },
  );
  return {
    ...createPlayers(() => running),
    running,
    told,
    forgetTold() {
      told.length = 0;
    },
    answer(next) {
      status = next;
    },
    advance(milliseconds) {
      offset += milliseconds;
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const CONFIG: Omit<Config, 'file'> = {
  issuer: ISSUER,
  key: KEY,
  adminToken: ADMIN_TOKEN,
  port: 0,
  adminPort: 0,
  gateways: ['127.0.0.1'],
  logLevel: 'silent',
};

/** The recovery codes on a page. */
export const codesOn = (html: string): readonly string[] =>
  [...html.matchAll(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b/g)].map(([code]) => code);

const aUser = (over: Partial<AccountsRequest['users'][number]>): AccountsRequest['users'][number] => {
  const { name = 'mila' } = over;
  return {
    name,
    displayName: name.charAt(0).toUpperCase() + name.slice(1),
    email: `${name}@example.org`,
    disabled: false,
    groups: ['family'],
    ...over,
  };
};

/** A feed reader that everyone may enter. */
export const aClientRequest = (over: Partial<ClientRequest> = {}): ClientRequest => ({
  id: 'home-rss',
  mark: { home: 'home-1', namespace: 'home', name: 'rss' },
  strategy: 'oidc',
  redirectUris: ['https://rss.hearth.test/callback'],
  signOutUri: 'https://rss.hearth.test/logout',
  postLogoutRedirectUris: ['https://rss.hearth.test/'],
  open: [],
  groups: [],
  title: 'Feeds',
  url: 'https://rss.hearth.test/',
  secrets: [{ id: 'one', value: SECRET }],
  ...over,
});

/** The secret of the feed reader. */
export const SECRET = 'the first secret of the feed reader';
