import { randomBytes } from 'node:crypto';
import type { SSOClient } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  keyText,
  type Read,
  Secret,
  type SecretObject,
  Stalled,
  Waiting,
} from '@hearth/runtime';
import { type BindingData, bindingSecret, decodeSecret } from '../binding.ts';
import { bindingSecretName } from '../names.ts';
import { emptyLedger, type Ledger, readLedger, writeLedger } from './ledger.ts';
import { clientIdOf } from './names.ts';

/** The key of the binding Secret under which the ledger stands. Templates have no name for it. */
const ledgerKey = 'ledger';

/** Keys that say what the Secret is, and are no part of what it tells. */
const ownKeys = new Set([ledgerKey, 'type', 'provider']);

/** A secret of 256 random bits, in characters that need no escaping in a URL, a shell, a form or an INI file. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The Secret into which an SSOClient's binding goes. */
export function secretKeyOf({ metadata, spec }: Immutable<SSOClient>): { namespace: string; name: string } {
  const { namespace = '', name } = metadata;
  return { namespace, name: spec.secretName ?? bindingSecretName(name) };
}

/** What an SSOClient's own Secret says. */
export interface Kept {
  readonly ledger: Ledger;
  /** What consumers are shown; empty where that is nothing yet. */
  readonly shown: BindingData;
  /** What the provider that they are shown is. */
  readonly definition?: string | undefined;
}

/**
 * What the SSOClient's Secret says, under its present name or an earlier one. Where the Secret is lost, status knows
 * where a client was, and its secret is gone.
 */
export function keptBy(client: Immutable<SSOClient>, read: Read): Kept {
  const { name } = secretKeyOf(client);
  const first = (secret: Immutable<SecretObject>) => (secret.metadata.name === name ? 0 : 1);
  const secrets = read.owned(Secret, client).toSorted((a, b) => first(a) - first(b));
  for (const secret of secrets) {
    const data = decodeSecret(secret) ?? {};
    const ledger = readLedger(data[ledgerKey]);
    if (ledger === undefined) continue;
    const shown = Object.fromEntries(Object.entries(data).filter(([key]) => !ownKeys.has(key)));
    return { ledger, shown, definition: data.provider };
  }
  return { ledger: remembered(client), shown: {} };
}

function remembered({ metadata, status }: Immutable<SSOClient>): Ledger {
  if (status?.provider === undefined) return emptyLedger;
  const id = status.clientId ?? clientIdOf(metadata.namespace ?? '', metadata.name);
  return { former: [{ at: keyText(status.provider), id }] };
}

/** Writes the Secret: the ledger, and what consumers are shown. */
export async function writeKept(
  client: Immutable<SSOClient>,
  { ledger, shown, definition = '' }: Kept,
  { act }: Pick<Context, 'act'>,
): Promise<void> {
  const data = { ...shown, [ledgerKey]: writeLedger(ledger) };
  await act.apply(bindingSecret(secretKeyOf(client), client.spec.strategy, definition, data), {
    owner: client,
  });
}

/**
 * Refuses to write into a Secret of somebody else. An apply would not: where no value differs, it would add
 * ours to theirs, and theirs would go when the SSOClient goes.
 */
export async function requireOwnSecret(client: Immutable<SSOClient>, read: Read): Promise<void> {
  const key = secretKeyOf(client);
  if (read.owned(Secret, client).some(({ metadata }) => metadata.name === key.name)) return;
  const found = await read.live(Secret, key);
  const owners = found?.metadata.ownerReferences ?? [];
  if (found === undefined || owners.some(({ uid }) => uid === client.metadata.uid)) return;
  if (owners.some(({ kind, name }) => kind === client.kind && name === client.metadata.name)) {
    throw new Waiting(
      'SecretLeaving',
      `Secret ${keyText(key)} is a former SSOClient’s of the same name and is about to be removed.`,
    );
  }
  throw new Stalled(
    'SecretTaken',
    `Secret ${keyText(key)} is there and is not this SSOClient’s: name another in spec.secretName, or delete it.`,
    { after: 600_000 },
  );
}

/** Deletes the Secrets of an SSOClient that changed its spec.secretName. Last, when status names the new one. */
export async function deleteFormerSecrets(
  client: Immutable<SSOClient>,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { name } = secretKeyOf(client);
  if (client.status?.binding?.name !== name) return;
  for (const { metadata } of read.owned(Secret, client)) {
    if (metadata.name !== name) await act.delete(Secret, metadata, { uid: metadata.uid });
  }
}
