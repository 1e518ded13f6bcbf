import { randomBytes } from 'node:crypto';
import { representationOf } from '../../../operators/app/sso/keycloak/client.ts';
import { createJar } from '../../../operators/identity/testing/cookie-jar.ts';
import { startKeycloak } from '../../harness/keycloak.ts';
import { begin, type Contender, feeds, type SignedIn } from './exchange.ts';
import { names } from './people.ts';

const URL_OF_PEOPLE = 'https://keycloak.hearth.test';
const REALM = 'home';
const PATHS = `/realms/${REALM}/protocol/openid-connect`;

/** As in production, alone, and with a database of its own process, as Hearth's identity has it here. */
const PRODUCTION = ['start', '--http-enabled=true', '--cache=local', '--db=dev-file'];

/** Starts a real Keycloak with a realm of the same people and the same app; everyone is signed in. */
export async function startPeer(): Promise<Contender> {
  const keycloak = await startKeycloak(URL_OF_PEOPLE, PRODUCTION);
  const { address, pid, stop } = keycloak;
  const origin = `http://${address.host}:${address.port}`;
  const password = randomBytes(12).toString('hex');
  try {
    await makeRealm(origin, keycloak.token, password);
    const browsers: SignedIn[] = [];
    for (const name of names) browsers.push(await signIn(origin, name, password));
    const target = { origin, pid, hello: `/realms/${REALM}/.well-known/openid-configuration` };
    return { name: 'Keycloak', target, tokens: `${PATHS}/token`, browsers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A realm with its people and the client, which is what Hearth's adapter makes of it. */
async function makeRealm(origin: string, adminPassword: string, password: string): Promise<void> {
  const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: adminPassword };
  const asked = { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, asked);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const made = await fetch(`${origin}/admin/realms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      realm: REALM,
      enabled: true,
      // A whole round of codes waits to be exchanged: on a busy machine longer than the minute that they would live.
      accessCodeLifespan: 600,
      users: names.map((name) => userOf(name, password)),
      clients: [clientOfFeeds()],
    }),
  });
  if (made.status !== 201) throw new Error(`Keycloak made no realm: ${made.status} ${await made.text()}`);
}

const userOf = (name: string, password: string) => ({
  username: name,
  firstName: name,
  lastName: name,
  email: `${name}@example.org`,
  emailVerified: true,
  enabled: true,
  credentials: [{ type: 'password', value: password, temporary: false }],
});

const clientOfFeeds = () =>
  representationOf(
    {
      id: feeds.id,
      mark: { home: 'home-1', namespace: 'home', name: 'rss' },
      strategy: 'oidc',
      title: 'Feeds',
      redirectUris: [feeds.callback],
      postLogoutRedirectUris: [],
      pkce: 'required',
      open: [],
      groups: [],
    },
    feeds.secret,
  );

/** Signs somebody in, as they would on Keycloak's page, in a browser of their own. */
async function signIn(origin: string, name: string, password: string): Promise<SignedIn> {
  const jar = createJar();
  const ask = async (path: string, form?: Record<string, string>) => {
    const answer = await fetch(origin + path, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: jar.header(path) ?? '' },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    jar.keep(answer.headers);
    return { location: answer.headers.get('location'), text: await answer.text() };
  };
  const open: SignedIn = async (query) => {
    const { location, text } = await ask(`${PATHS}/auth?${query}`);
    if (location === null) throw new Error(`Keycloak asks ${name} for something: ${text}`);
    return location;
  };
  const page = await ask(`${PATHS}/auth?${begin().query}`);
  const [, action = ''] = /<form[^>]* action="([^"]+)"/.exec(page.text) ?? [];
  const { pathname, search } = new URL(action.replaceAll('&amp;', '&'), URL_OF_PEOPLE);
  const entered = await ask(pathname + search, { username: name, password });
  if (!entered.location?.startsWith(feeds.callback))
    throw new Error(`${name} did not enter: ${entered.text}`);
  return open;
}
