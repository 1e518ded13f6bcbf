import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeBrowser } from '../../../operators/identity/testing/browser.ts';
import { appVisitor } from '../../../operators/identity/testing/gateway.ts';
import { createPlayers, ISSUER, type Players } from '../../../operators/identity/testing/home.ts';
import { type IdentityProcess, startProcess } from '../../../operators/identity/testing/process.ts';
import { type Contender, exchangeOf, feeds, isExchanged, mintCode, type SignedIn } from './exchange.ts';
import type { Answer, Call } from './load.ts';
import { names } from './people.ts';

/** Hearth's identity: what its contender does, and what only it does. */
export interface Hearth extends Contender {
  /** People sign in anew, by passkey and in browsers that were not there before, and open an app. */
  signIns(count: number): Promise<void>;
  /** What the gateway asks, at least so often, of people who are signed in to an app that knows no sign-on. */
  checks(count: number): readonly Call[];
}

/** The app that knows no sign-on. */
const films = { id: 'home-films', url: 'https://films.hearth.test/' };

/**
 * Starts the real program, as its image and its definition in the catalogue set it up, with SQLite in a folder of its
 * own; everyone has a device, and is signed in to both apps.
 */
export async function startHearth(): Promise<Hearth> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-identity-'));
  const file = join(folder, 'identity.db');
  // The first start fills the compile cache, as building the image does.
  await (await startProcess({ file })).stop();
  const identity = await startProcess({ file });
  const stop = async () => {
    await identity.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await furnish(identity)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function furnish(identity: IdentityProcess): Promise<Omit<Hearth, 'stop'>> {
  const players = createPlayers(() => identity);
  const people = await moveIn(players);
  const contender = {
    name: 'Hearth identity',
    target: {
      origin: `http://127.0.0.1:${identity.port}`,
      pid: identity.pid,
      hello: '/.well-known/openid-configuration',
    },
    tokens: '/oidc/token',
    browsers: people.map(signedIn),
  };
  const requests = await Promise.all(people.map((person) => checkOf(identity, person)));
  let signedInSoFar = 0;
  return {
    ...contender,
    async signIns(count) {
      for (const end = signedInSoFar + count; signedInSoFar < end; signedInSoFar++)
        await signInAnew(contender, people, signedInSoFar);
    },
    checks: (count) => Array.from({ length: Math.ceil(count / requests.length) }, () => requests).flat(),
  };
}

/** Two apps, and people with a device each. */
async function moveIn(players: Players): Promise<readonly FakeBrowser[]> {
  await players.people(...names.map((name) => ({ name })));
  const secrets = [{ id: 'one', value: feeds.secret }];
  await players.client({ id: feeds.id, redirectUris: [feeds.callback], secrets, signOutUri: undefined });
  await players.client({
    ...films,
    mark: { home: 'home-1', namespace: 'home', name: 'films' },
    strategy: 'forward-auth',
    redirectUris: [],
    postLogoutRedirectUris: [],
    signOutUri: undefined,
    secrets: [],
  });
  const people: FakeBrowser[] = [];
  for (const [index, name] of names.entries()) {
    // Each from another place: from one, it would soon be too often.
    people.push(await players.member(name, `192.0.2.${index}`));
  }
  return people;
}

const signedIn =
  (browser: FakeBrowser): SignedIn =>
  async (query) =>
    (await browser.open(`/oidc/auth?${query}`)).url;

async function signInAnew(
  contender: Pick<Contender, 'target' | 'tokens'>,
  people: readonly FakeBrowser[],
  index: number,
): Promise<void> {
  const browser = people[index % people.length]?.elsewhere(`10.0.${index >> 8}.${index % 256}`);
  if (browser === undefined || (await browser.signIn()).status !== 200)
    throw new Error(`sign-in ${index} failed`);
  const { path, ...call } = exchangeOf(contender, await mintCode(signedIn(browser)));
  const answer = await fetch(contender.target.origin + path, call);
  if (!isExchanged({ status: answer.status, body: await answer.text() }))
    throw new Error(`no tokens at sign-in ${index}`);
}

/** What the gateway asks when somebody opens a page, from the second on: they have the cookie of the app's host. */
async function checkOf({ port }: IdentityProcess, person: FakeBrowser): Promise<Call> {
  const visitor = appVisitor(() => port, films.id, ISSUER);
  await visitor.open(films.url, person);
  return {
    method: 'GET',
    path: `/forward-auth?client=${films.id}`,
    headers: {
      accept: 'text/html',
      'accept-language': 'en',
      cookie: visitor.cookies().join('; '),
      'sec-fetch-mode': 'navigate',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': new URL(films.url).host,
      'x-forwarded-method': 'GET',
      'x-forwarded-proto': 'https',
      'x-forwarded-uri': '/',
    },
  };
}

/** Whether a request may go on to the app. */
export const isLetIn = ({ status }: Answer): boolean => status === 200;
