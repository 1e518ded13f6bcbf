import { createHmac, randomBytes } from 'node:crypto';
import {
  type Context,
  isAlreadyExists,
  type Key,
  keyText,
  Secret,
  type SecretObject,
  Stalled,
  Waiting,
} from '@hearth/runtime';
import { labels, manager, systemNamespace } from './names.ts';

/** What a binding Secret holds, by key, in the clear. */
export type BindingData = Readonly<Record<string, string>>;

/**
 * A binding Secret as servicebinding.io 1.0 wants it: one key a value, and `type` and `provider` to say
 * what it is.
 */
export function bindingSecret(
  key: Required<Key> & { namespace: string },
  type: string,
  provider: string,
  data: BindingData,
): SecretObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...key, labels: { [labels.managedBy]: manager } },
    type: `servicebinding.io/${type}`,
    data: encodeSecret({ type, provider, ...data }),
  };
}

/** Secret data as the API carries it. Keys in order, so that equal data is equal bytes. */
export function encodeSecret(data: BindingData): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
}

/** Secret data in the clear; undefined where the Secret is not there. */
export function decodeSecret(secret: Pick<SecretObject, 'data'> | undefined): BindingData | undefined {
  if (secret === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}

const digestKey = { namespace: systemNamespace, name: 'hearth-digest-key' };

/** Fewer bytes of a key could be found by trying them all. */
const shortestKey = 16;

/**
 * The key of the digests that stand in statuses and pod templates: others see by them that a secret
 * value changed, and can't guess at it.
 * @throws Stalled where its Secret holds none: by a digest without a key, a value could be guessed at.
 */
export async function bindingDigestKey({ read, act }: Pick<Context, 'read' | 'act'>): Promise<Buffer> {
  const known =
    read.get(Secret, digestKey) ??
    (await read.live(Secret, digestKey)) ??
    (await makeDigestKey({ read, act }));
  const name = keyText(digestKey);
  if (known === undefined) throw new Waiting('DigestKeyMissing', `Secret ${name} is being made anew.`);
  const key = Buffer.from(known.data?.key ?? '', 'base64');
  if (key.length >= shortestKey) return key;
  throw new Stalled(
    'DigestKeyUnreadable',
    `Secret ${name} holds no key. Restore it from a backup; or delete it, and a new one is made, by which every app restarts once.`,
    { after: 300_000 },
  );
}

async function makeDigestKey({ read, act }: Pick<Context, 'read' | 'act'>) {
  const made: SecretObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...digestKey, labels: { [labels.managedBy]: manager } },
    type: 'Opaque',
    data: { key: randomBytes(32).toString('base64') },
  };
  try {
    return await act.create(made);
  } catch (error) {
    // Two controllers may get here at once: the key of whoever was first is everybody's.
    if (isAlreadyExists(error)) return read.live(Secret, digestKey);
    throw error;
  }
}

/** A keyed digest of a binding's values: equal for equal values, whatever their order. */
export function bindingHash(key: Buffer, data: BindingData): string {
  const hmac = createHmac('sha256', key);
  for (const [name, value] of Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hmac.update(JSON.stringify([name, value]));
  }
  return hmac.digest('hex').slice(0, 16);
}
