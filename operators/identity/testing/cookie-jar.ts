interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** The cookies of a fake browser for one host, kept by name and path (RFC 6265, as far as tests need it). */
export interface CookieJar {
  /** Takes in what an answer sets. */
  keep(headers: Headers): void;
  /** The `Cookie` header for a path; undefined where there is none. */
  header(path: string): string | undefined;
  readonly names: () => readonly string[];
  readonly value: (name: string) => string | undefined;
  copy(): CookieJar;
}

/** A jar with these cookies in it. */
export function createJar(from: readonly Cookie[] = []): CookieJar {
  let cookies = [...from];
  return {
    keep(headers) {
      for (const header of headers.getSetCookie()) {
        const { cookie, gone } = parse(header);
        cookies = cookies.filter(({ name, path }) => name !== cookie.name || path !== cookie.path);
        if (!gone) cookies.push(cookie);
      }
    },
    header(wanted) {
      const sent = cookies.filter(({ path }) => path === '/' || wanted.startsWith(path));
      return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    names: () => cookies.map(({ name }) => name),
    value: (wanted) => cookies.find(({ name }) => name === wanted)?.value,
    copy: () => createJar(cookies),
  };
}

function parse(header: string): { readonly cookie: Cookie; readonly gone: boolean } {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const [name = ''] = pair.split('=');
  const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
  const gone = attributes.some((one) => /^(max-age=0|expires=thu, 01 jan 1970)/i.test(one));
  return { cookie: { name, value: pair.slice(name.length + 1), path }, gone };
}
