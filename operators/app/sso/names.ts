import { createHash } from 'node:crypto';

/** Authentik's slugs end at 50 characters; two are for what tells a second client from the first. */
const longestId = 48;

/**
 * What the client of an SSOClient is called at its provider: `home-rss-sso` for `rss-sso` in namespace `home`.
 *
 * No two SSOClients get the same: a name stands as it is only where it can be read back (a namespace without hyphens
 * ends at the first one). All others end in a digest of the exact pair.
 */
export function clientIdOf(namespace: string, name: string): string {
  const readable = `${namespace}-${name}`;
  const reversible = /^[a-z0-9]+$/.test(namespace) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  if (reversible && readable.length <= longestId) return readable;
  const digest = createHash('sha256')
    .update(JSON.stringify([namespace, name]))
    .digest('hex')
    .slice(0, 12);
  const start = readable.replaceAll(/[^a-z0-9]+/g, '-').slice(0, longestId - 2 - digest.length);
  // Two hyphens are in no name that stands as it is.
  return `${start.replace(/-$/, '')}--${digest}`;
}

/** The second client of an SSOClient, for providers whose clients have one secret. No first one has this in it. */
export const secondIdOf = (id: string): string => `${id}_2`;

/** The Middleware that asks for sign-on before a request reaches the app of an SSOClient. */
export const middlewareNameOf = (client: string): string => `${client}-sign-on`;
