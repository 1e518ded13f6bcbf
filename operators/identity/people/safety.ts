import type { Store } from '../store/store.ts';

/** Whether a person has a second way in, should they lose a device: another passkey, or recovery codes that they keep. */
export async function isSafe(store: Pick<Store, 'passkeys' | 'recovery'>, sub: string): Promise<boolean> {
  const passkeys = await store.passkeys.of(sub);
  return passkeys.length > 1 || (await store.recovery.left(sub)) > 0;
}
