import { randomBytes } from 'node:crypto';
import type { AppDefinition } from '@hearth/domain';
import { type Act, type Read, Secret, type SecretObject, Stalled } from '@hearth/runtime';
import { type BindingData, decodeSecret, encodeSecret } from '../binding.ts';
import { generatedSecretName } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from '../workload/input.ts';
import { adoptedPatch, isRetained, recheck } from './retained.ts';

type Declared = NonNullable<AppDefinition['spec']['secrets']>[number];

const alphabets = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
} as const;

/** A secret as its declaration says; each character equally likely. */
function generate({ length, alphabet }: Declared['generate']): string {
  if (alphabet === 'base64') return randomBytes(length).toString('base64');
  const characters = alphabets[alphabet];
  // Bytes past the last whole multiple of the alphabet would make some characters likelier: they are thrown away.
  const limit = 256 - (256 % characters.length);
  let made = '';
  while (made.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && made.length < length) made += characters[byte % characters.length];
    }
  }
  return made;
}

/**
 * Makes the secrets that a definition declares and that aren't there yet, and keeps those that are: also
 * those that an App of the same name and definition left behind, and those that were captured.
 * @throws Stalled where a key that can't be made anew is lost.
 */
export async function keepGenerated(
  input: AppInput,
  { read, act }: { read: Read; act: Act },
  captured: BindingData = {},
): Promise<BindingData> {
  const { app, definition } = input;
  const key = { namespace: namespaceOf(app), name: generatedSecretName(app.metadata.name) };
  const declared = definition.spec.secrets ?? [];
  const isCapture = Object.keys(captured).length > 0;
  // What an apply leaves out is removed, and the cache may not have what was captured a moment ago. Nor may it have
  // seen a Secret that is there; making passwords anew would lock the app out of its data.
  const cached = isCapture ? undefined : read.get(Secret, key);
  const there = cached ?? (isCapture || declared.length > 0 ? await read.live(Secret, key) : undefined);
  const known = decodeSecret(there) ?? {};
  if (there && isRetained(there)) await act.patch(Secret, key, adoptedPatch);
  const missing = declared.filter(({ name }) => known[name] === undefined);
  refuseLost(input, missing);
  const values: Record<string, string> = { ...known, ...captured };
  for (const { name, generate: rule } of missing) values[name] = generate(rule);
  if (Object.keys(values).length === 0) return values;
  const secret: SecretObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...key, labels: appLabels(app) },
    type: 'Opaque',
    data: encodeSecret(values),
  };
  await act.apply(secret, { owner: app.spec.deletion === 'Delete' ? app : undefined });
  return values;
}

/** The secrets that can't be made anew, for `status.secrets`: what an App that runs has of them, it must keep. */
export const immutableSecrets = (definition: AppDefinition): readonly string[] =>
  (definition.spec.secrets ?? []).filter((secret) => secret.class === 'immutable').map(({ name }) => name);

/**
 * An encryption key that was there when the app ran and isn't now must come back from a backup, not from chance. One
 * that its definition has only declared since is made like any other.
 */
function refuseLost({ app, definition }: AppInput, missing: readonly Declared[]): void {
  const had = app.status?.secrets ?? [];
  const lost = missing.map(({ name }) => name).filter((name) => had.includes(name));
  if (lost.length === 0) return;
  throw new Stalled(
    'SecretLost',
    `Secret ${generatedSecretName(app.metadata.name)} has lost ${lost.join(', ')}, without which the data of ` +
      `${definition.spec.title} can’t be read: restore it from a backup.`,
    // A Secret that is restored without its labels is not watched.
    { after: recheck },
  );
}
