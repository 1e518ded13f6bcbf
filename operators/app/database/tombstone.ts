import { type Context, type Read, Secret, type SecretObject } from '@hearth/runtime';
import { type BindingData, decodeSecret, encodeSecret } from '../binding.ts';
import { labels, manager } from '../names.ts';
import type { AnyProvider } from '../provider.ts';
import type { Mark } from './mark.ts';
import { tombstoneName } from './names.ts';
import type { Claim } from './provider.ts';

/** What stays of a deleted Database whose data is kept. */
export interface Tombstone {
  /** Given back with the data: apps are known to keep their password in files of their own. */
  readonly password?: string | undefined;
  /** Bytes on disk when it was deleted. */
  readonly size?: number | undefined;
  /** ISO 8601. */
  readonly since: string;
}

/** The Secret that remembers a retained database, in its provider's namespace, where only admins see it. */
export function tombstoneSecret(provider: AnyProvider, claim: Claim, tombstone: Tombstone): SecretObject {
  const { home, namespace, name, definition } = claim.mark;
  const data: Record<string, string | undefined> = {
    kind: 'Database',
    home,
    namespace,
    name,
    definition,
    provider: provider.ref.name,
    database: claim.name,
    username: claim.name,
    password: tombstone.password,
    size: tombstone.size?.toString(),
    since: tombstone.since,
  };
  const known = Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...tombstoneKey(provider, claim),
      labels: { [labels.managedBy]: manager, [labels.retained]: 'tombstone' },
    },
    type: 'apps.hearth.dev/tombstone',
    data: encodeSecret(Object.fromEntries(known)),
  };
}

function tombstoneKey({ ref }: AnyProvider, claim: Claim): { namespace: string; name: string } {
  return { namespace: ref.namespace, name: tombstoneName(ref, claim.name) };
}

/** The tombstone that the claim may take back: one with the same home, namespace, name and definition. */
export async function findTombstone(
  read: Read,
  provider: AnyProvider,
  claim: Claim,
): Promise<Tombstone | undefined> {
  const data = decodeSecret(await read.live(Secret, tombstoneKey(provider, claim)));
  if (data === undefined || !isFor(data, claim.mark)) return undefined;
  const size = data.size === undefined ? undefined : Number(data.size);
  return { password: data.password, size, since: data.since ?? '' };
}

/** Deletes the tombstone of a claim that has taken its data back, or dropped it. */
export async function deleteTombstone(
  provider: AnyProvider,
  claim: Claim,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const key = tombstoneKey(provider, claim);
  const secret = read.get(Secret, key);
  const data = decodeSecret(secret);
  if (data === undefined || !isFor(data, claim.mark)) return;
  await act.delete(Secret, key, { uid: secret?.metadata.uid });
}

function isFor(data: BindingData, mark: Mark): boolean {
  return (
    data.home === mark.home &&
    data.namespace === mark.namespace &&
    data.name === mark.name &&
    data.definition === mark.definition
  );
}
