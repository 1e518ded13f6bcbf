import { request as httpRequest } from 'node:http';
import type { FakeBrowser } from './browser.ts';
import { createJar } from './cookie-jar.ts';

/** What the gateway was answered. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
}

/** What a browser got from the host of an app. */
interface AppAnswer extends Answered {
  readonly location: string | undefined;
  /** Who the app was told is there; undefined where the request did not reach it. */
  readonly user: string | undefined;
}

/** How a request to an app is made. */
interface AppRequest {
  readonly method?: string;
  /** Not what a page asks, but a script. */
  readonly script?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A fake of a browser's other half: on the host of an app, behind a gateway that asks identity as Traefik does. Cookies
 * are of that host alone.
 */
export interface AppVisitor {
  request(url: string, options?: AppRequest): Promise<AppAnswer>;
  /** Opens a page, by way of identity where it has to be; resolves with what the app answered, or the last of it. */
  open(url: string, browser: FakeBrowser): Promise<AppAnswer & { readonly url: string }>;
  /** `NAME=VALUE`, as the host has them. */
  cookies(): readonly string[];
  /** Takes cookies from somewhere else, in place of those that it has. */
  bring(cookies: readonly string[]): void;
}

/** Asks identity at a port of this machine for the app of a client. */
export function appVisitor(port: () => number, client: string, issuer: string): AppVisitor {
  let jar = createJar();

  async function request(address: string, options: AppRequest = {}): Promise<AppAnswer> {
    const cookie = jar.header('/');
    const headers = {
      ...forwarded(address, options),
      ...(cookie !== undefined && { cookie }),
      ...options.headers,
    };
    const check = `http://127.0.0.1:${port()}/forward-auth?client=${encodeURIComponent(client)}`;
    const answer = await ask(check, headers);
    jar.keep(answer.headers);
    return {
      ...answer,
      location: answer.headers.get('location') ?? undefined,
      user: answer.status === 200 ? (answer.headers.get('x-forwarded-user') ?? '') : undefined,
    };
  }

  return {
    request,
    async open(address, browser) {
      let url = address;
      for (let hops = 0; hops < 10; hops++) {
        const answer = await request(url);
        if (answer.location === undefined) return { ...answer, url };
        if (!answer.location.startsWith(issuer)) {
          url = answer.location;
          continue;
        }
        const page = await browser.open(answer.location);
        if (page.url.startsWith(issuer)) return { ...answer, status: page.status, url: page.url };
        url = page.url;
      }
      throw new Error(`redirected without end at ${url}`);
    },
    cookies: () => jar.names().map((name) => `${name}=${jar.value(name)}`),
    bring(cookies) {
      jar = createJar();
      jar.keep(new Headers(cookies.map((cookie): [string, string] => ['set-cookie', cookie])));
    },
  };
}

/** What the gateway says of a request, and what of its own headers tells pages from scripts. */
function forwarded(address: string, { method = 'GET', script = false }: AppRequest): Record<string, string> {
  const { host, pathname, search } = new URL(address);
  return {
    accept: script ? '*/*' : 'text/html',
    'sec-fetch-mode': script ? 'cors' : 'navigate',
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': host,
    'x-forwarded-uri': pathname + search,
    'x-forwarded-method': method,
  };
}

/** `fetch` says by itself what it is for (Sec-Fetch-Mode), and takes no other word for it. */
function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const outgoing = httpRequest(url, { headers }, (answer) => {
    const all = Object.entries(answer.headersDistinct);
    const pairs = all.flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    answer.on('error', reject);
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: new Headers(pairs) }));
    answer.resume();
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
