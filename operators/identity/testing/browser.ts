import { type FakeAuthenticator, fakeAuthenticator, type Misbehaviour } from './authenticator.ts';
import { type CookieJar, createJar } from './cookie-jar.ts';

/** What a page or a script was answered. */
interface Answer {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  json<T = Record<string, unknown>>(): T;
}

/** How a request is made, where it differs from what a page of identity does. */
interface RequestOptions {
  readonly method?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A fake of a browser, for tests: keeps cookies by name and path, sends what browsers send of where a request comes
 * from, and follows redirects inside of identity; where one leads elsewhere, it stops there. The server is real, reached
 * as the gateway reaches it.
 */
export interface FakeBrowser {
  readonly authenticator: FakeAuthenticator;
  /** Requests one address, without following redirects. */
  request(url: string, options?: RequestOptions): Promise<Answer>;
  /** Opens a page, following redirects; `url` of the answer is where that ends. */
  open(url: string, options?: RequestOptions): Promise<Answer>;
  /** Makes a passkey by `/enrol` or `/devices`, as their script does. */
  enrol(where: '/enrol' | '/devices', wrong?: Misbehaviour): Promise<Answer>;
  /** Shows the passkey, as the script of the sign-in page does. */
  signIn(to?: string, wrong?: Misbehaviour): Promise<Answer>;
  /** The names of its cookies. */
  cookies(): readonly string[];
  cookie(name: string): string | undefined;
  /** A copy of this browser, cookies and all. */
  clone(): FakeBrowser;
  /** Another browser with the same passkey, without cookies, at another place. */
  elsewhere(address: string): FakeBrowser;
}

const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** What a browser is made of. */
interface Parts {
  readonly issuer: string;
  readonly port: () => number;
  readonly jar: CookieJar;
  readonly authenticator: FakeAuthenticator;
  /** Where it is, as the gateway sees it. */
  readonly address: string;
}

/** A browser for the identity at `issuer`, which answers at the port of this machine. */
export const fakeBrowser = (issuer: string, port: () => number): FakeBrowser =>
  browserOf({
    issuer,
    port,
    jar: createJar(),
    authenticator: fakeAuthenticator(issuer),
    address: '192.0.2.7',
  });

function browserOf(parts: Parts): FakeBrowser {
  const { authenticator, jar } = parts;
  const request: FakeBrowser['request'] = (path, options = {}) => send(parts, path, options);
  return {
    authenticator,
    request,
    open: (path, options) => follow(parts, request, path, options),
    async enrol(where, wrong) {
      const options = await request(`${where}/options`, { json: {} });
      if (options.status !== 200) return options;
      const response = authenticator.create(options.json(), wrong);
      return request(`${where}/verify`, { json: { response, name: 'Laptop' } });
    },
    async signIn(to = '/', wrong) {
      const asked = await request('/sign-in/options', { json: {} });
      const response = authenticator.get(asked.json(), wrong);
      return request('/sign-in/verify', { json: { response, to } });
    },
    cookies: jar.names,
    cookie: jar.value,
    clone: () => browserOf({ ...parts, jar: jar.copy() }),
    elsewhere: (address) => browserOf({ ...parts, jar: createJar(), address }),
  };
}

async function send(parts: Parts, path: string, options: RequestOptions): Promise<Answer> {
  const url = new URL(path, parts.issuer);
  const { form, json, method = form || json ? 'POST' : 'GET' } = options;
  const response = await fetch(`http://127.0.0.1:${parts.port()}${url.pathname}${url.search}`, {
    method,
    redirect: 'manual',
    headers: { ...headersOf(parts, url, method), ...typeOf(options), ...options.headers },
    ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const { status, headers } = response;
  parts.jar.keep(headers);
  const text = await response.text();
  return { status, url: url.href, headers, text, json: () => JSON.parse(text) };
}

function headersOf({ issuer, jar, address }: Parts, url: URL, method: string): Record<string, string> {
  const cookie = jar.header(url.pathname);
  return {
    'user-agent': USER_AGENT,
    'x-forwarded-for': address,
    'x-forwarded-proto': 'https',
    'sec-fetch-site': 'same-origin',
    ...(method !== 'GET' && { origin: issuer }),
    ...(cookie !== undefined && { cookie }),
  };
}

function typeOf({ form, json }: RequestOptions): Record<string, string> {
  if (json !== undefined) return { accept: 'application/json', 'content-type': 'application/json' };
  return {
    accept: 'text/html',
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
}

async function follow(
  { issuer }: Parts,
  request: FakeBrowser['request'],
  path: string,
  options?: RequestOptions,
): Promise<Answer> {
  let answer = await request(path, options);
  for (let hops = 0; hops < 10; hops++) {
    const location = answer.headers.get('location');
    if (location === null) return answer;
    const next = new URL(location, answer.url).href;
    if (!next.startsWith(issuer)) return { ...answer, url: next };
    answer = await request(next);
  }
  throw new Error(`redirected without end at ${answer.url}`);
}
