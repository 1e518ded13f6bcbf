import { createHash } from 'node:crypto';
import type { ProviderRef } from '@hearth/domain';

/** PostgreSQL cuts longer names off without a word (NAMEDATALEN - 1). */
const longestName = 63;

/**
 * The name of a database that names none itself: `home_rss_db` for `rss-db` in namespace `home`.
 *
 * No two Databases get the same: a name stands as it is only where it can be read back (a namespace without
 * hyphens ends at the first underscore, and no part holds two hyphens or a dot). All others end in `__` and
 * a digest of the exact pair.
 */
export function defaultDatabaseName(namespace: string, name: string): string {
  const readable = `${namespace}_${name}`.replaceAll(/[^a-z0-9]/g, '_');
  const reversible = /^[a-z][a-z0-9]*$/.test(namespace) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  if (reversible && readable.length <= longestName && !isReserved(readable)) return readable;
  const start = /^[a-z]/.test(readable) && !isReserved(readable) ? readable : `_${readable}`;
  const digest = shortDigest(namespace, name);
  return `${start.slice(0, longestName - 2 - digest.length)}__${digest}`;
}

/** Whether PostgreSQL keeps a role name for itself: `public` and `none` mean something, `pg_` is its own prefix. */
export function isReserved(name: string): boolean {
  return name.startsWith('pg_') || name === 'public' || name === 'none';
}

/**
 * The Secret in which a provider's namespace remembers a retained database. Database names may hold
 * underscores, names of Secrets may not: the digest keeps apart what then looks alike.
 */
export function tombstoneName(provider: ProviderRef, database: string): string {
  const readable = database.replaceAll('_', '-').replaceAll(/^-+|-+$/g, '');
  return `${provider.name}-${readable || 'database'}-${shortDigest(provider.name, database)}-retained`;
}

/** Long enough that names differ by chance; who makes two alike on purpose is held off by the ownership mark. */
function shortDigest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
