import { hash } from 'node:crypto';
import { type Fields, isFields, isSame } from './json.ts';
import type { Immutable, Resource } from './resource.ts';

/**
 * Decides whether a server-side apply would change anything, without asking the server. An apply sets the values
 * of the fields that it names, and removes those that it named last time and names no more; so it changes nothing
 * where the live object has the same values, and the fields named are the same.
 */

/** What is remembered of the last apply that the server, or its own record, confirmed. */
export interface Confirmed {
  /** Digest of the intent. */
  readonly intent: string;
  /** Digest of what the live object held in the fields that the intent names. */
  readonly live: string;
}

/** A short digest of a JSON value. Not for secrets to leave the process by: kept in memory only. */
function digest(value: unknown): string {
  return hash('sha1', JSON.stringify(value), 'base64');
}

/** What to remember of an intent that the live object fulfils. */
export function confirm(intent: Resource, live: Immutable<Resource>): Confirmed {
  return { intent: digest(intent), live: digest(projection(intent, live)) };
}

/** The intent is the confirmed one, and nobody has touched its fields since. */
export function isConfirmed(confirmed: Confirmed, intent: Resource, live: Immutable<Resource>): boolean {
  return confirmed.intent === digest(intent) && confirmed.live === digest(projection(intent, live));
}

/**
 * The live values of the fields that the intent names. A list is taken whole: which of its items are whose only
 * the server's schema knows, and taking too much costs one request that changes nothing.
 */
function projection(intent: unknown, live: unknown): unknown {
  if (!isFields(intent) || !isFields(live)) return live;
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(intent)) result[name] = projection(intent[name], live[name]);
  return result;
}

/** Fields that say which object is meant, and are therefore in no field set. */
const IDENTITY: readonly string[] = ['apiVersion', 'kind'];
const META_IDENTITY: readonly string[] = ['name', 'namespace', 'uid', 'resourceVersion'];

/**
 * The intent names exactly the fields that were applied before, as the server has recorded them (`fieldsV1` of
 * managedFields), and the live object still has the intent's values in them.
 */
export function isApplied(intent: Resource, live: Immutable<Resource>, fields: object): boolean {
  const { metadata: meta, ...body } = omit(intent, IDENTITY);
  const metadata = omit(intent.metadata, META_IDENTITY);
  const wanted = Object.keys(metadata).length > 0 ? { ...body, metadata } : body;
  return meta !== undefined && holds(wanted, live, fields);
}

/**
 * A field set holds `f:NAME` for a field, `k:{…}` for the item of a list with these keys, `v:…` for that of a
 * set, `.` for the thing itself. An empty one is a leaf, or something that is replaced as a whole.
 */
function holds(intent: unknown, live: unknown, set: object): boolean {
  const members = Object.entries(set).filter(([name]) => name !== '.');
  if (members.length === 0) return isSame(intent, live);
  if (Array.isArray(intent) && Array.isArray(live)) {
    return (
      members.length === intent.length &&
      members.every(([name, inner]) => holdsItem(intent, live, name, inner))
    );
  }
  if (!isFields(intent) || !isFields(live)) return false;
  const names = Object.keys(intent).filter((name) => intent[name] !== undefined);
  if (names.length !== members.length) return false;
  return names.every((name) => {
    const inner = Object.entries(set).find(([member]) => member === `f:${name}`)?.[1];
    return isFields(inner) && holds(intent[name], live[name], inner);
  });
}

function holdsItem(
  intent: readonly unknown[],
  live: readonly unknown[],
  member: string,
  inner: object,
): boolean {
  const value: unknown = JSON.parse(member.slice(2));
  if (member.startsWith('v:')) return intent.includes(value) && live.includes(value);
  if (!isFields(value)) return false;
  const wanted = intent.find((item) => hasKeys(item, value));
  return (
    wanted !== undefined &&
    holds(
      wanted,
      live.find((item) => hasKeys(item, value)),
      inner,
    )
  );
}

/** An item need not name all the keys of its list: some have defaults (a port's protocol). */
function hasKeys(item: unknown, keys: Fields): boolean {
  return (
    isFields(item) &&
    Object.entries(keys).every(([name, value]) => item[name] === undefined || item[name] === value)
  );
}

function omit(object: object, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
