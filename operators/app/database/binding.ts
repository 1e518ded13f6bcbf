import type { Database } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  type Read,
  Secret,
  type SecretObject,
  Stalled,
  Waiting,
} from '@hearth/runtime';
import { type BindingData, bindingDigestKey, bindingHash, bindingSecret, decodeSecret } from '../binding.ts';
import { bindingSecretName } from '../names.ts';
import { type AnyProvider, type Endpoint, endpointOf } from '../provider.ts';
import { isUsablePassword, newPassword } from './password.ts';
import type { Claim } from './provider.ts';

/** The password of a binding, and whether it is already known to the world. */
export interface BindingPassword {
  readonly value: string;
  /** Made in this pass. */
  readonly isNew: boolean;
}

/** The Secret into which a Database's binding goes. */
function secretKeyOf(database: Immutable<Database>): { namespace: string; name: string } {
  const { namespace = '', name } = database.metadata;
  return { namespace, name: database.spec.secretName ?? bindingSecretName(name) };
}

/**
 * The password that a Database's own Secret holds, under its present name or an earlier one.
 * @param unseen its Secret where it has lost its labels, and no cache has it: the password in it is still the app's.
 */
export function boundPassword(
  database: Immutable<Database>,
  read: Read,
  unseen: Immutable<SecretObject> | undefined,
): string | undefined {
  const { name } = secretKeyOf(database);
  const first = (secret: Immutable<SecretObject>) => (secret.metadata.name === name ? 0 : 1);
  return [...read.owned(Secret, database), ...(unseen ? [unseen] : [])]
    .toSorted((a, b) => first(a) - first(b))
    .map((secret) => decodeSecret(secret)?.password)
    .find(isUsablePassword);
}

/** A Database's own Secret where no cache has it; undefined where one has, and where there is none. */
export async function unseenSecret(
  database: Immutable<Database>,
  read: Read,
): Promise<Immutable<SecretObject> | undefined> {
  const found = await foundUnseen(database, read);
  return found && isOwn(found, database) ? found : undefined;
}

async function foundUnseen(database: Immutable<Database>, read: Read) {
  const key = secretKeyOf(database);
  if (read.owned(Secret, database).some(({ metadata }) => metadata.name === key.name)) return undefined;
  return read.live(Secret, key);
}

const isOwn = ({ metadata }: Immutable<SecretObject>, database: Immutable<Database>): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === database.metadata.uid) ?? false;

/** The password to bind with: the one in the Secret; else the one that was kept with the data; else a new one. */
export function choosePassword(bound: string | undefined, kept: string | undefined): BindingPassword {
  if (bound !== undefined) return { value: bound, isNew: false };
  return { value: isUsablePassword(kept) ? kept : newPassword(), isNew: true };
}

/** What the binding Secret holds (2-apps: host, port, database, username, password, uri). */
function bindingData({ host, port }: Endpoint, database: string, password: string): BindingData {
  const [user, secret] = [encodeURIComponent(database), encodeURIComponent(password)];
  return {
    host,
    port: `${port}`,
    database,
    username: database,
    password,
    uri: `postgresql://${user}:${secret}@${host}:${port}/${user}`,
  };
}

/**
 * As {@link unseenSecret}, but refuses to write into a Secret of somebody else. An apply would not: where no value
 * differs, it would add ours to theirs, and theirs would go when the Database goes.
 */
export async function requireOwnSecret(
  database: Immutable<Database>,
  read: Read,
): Promise<Immutable<SecretObject> | undefined> {
  const key = secretKeyOf(database);
  const found = await foundUnseen(database, read);
  if (found === undefined || isOwn(found, database)) return found;
  const owners = found.metadata.ownerReferences ?? [];
  if (owners.some(({ kind, name }) => kind === database.kind && name === database.metadata.name)) {
    throw new Waiting(
      'SecretLeaving',
      `Secret ${key.namespace}/${key.name} is a former Database’s of the same name and is about to be removed.`,
    );
  }
  throw new Stalled(
    'SecretTaken',
    `Secret ${key.namespace}/${key.name} is there and is not this Database’s: name another in spec.secretName, or delete it.`,
    { after: 600_000 },
  );
}

/** Writes the binding. Its digest is what others see of it. */
export async function writeBinding(
  database: Immutable<Database>,
  provider: AnyProvider,
  claim: Claim,
  password: string,
  context: Pick<Context, 'read' | 'act'>,
): Promise<{ binding: { name: string }; bindingHash: string }> {
  const key = secretKeyOf(database);
  const data = bindingData(endpointOf(provider), claim.name, password);
  const secret = bindingSecret(key, 'postgresql', provider.app.spec.definition, data);
  const digestKey = await bindingDigestKey(context);
  await context.act.apply(secret, { owner: database });
  return { binding: { name: key.name }, bindingHash: bindingHash(digestKey, data) };
}

/** Deletes the Secrets of a Database that changed its spec.secretName. Last, when status names the new one. */
export async function deleteFormerSecrets(
  database: Immutable<Database>,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { name } = secretKeyOf(database);
  if (database.status?.binding?.name !== name) return;
  for (const { metadata } of read.owned(Secret, database)) {
    if (metadata.name !== name) await act.delete(Secret, metadata, { uid: metadata.uid });
  }
}
