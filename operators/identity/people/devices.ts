import type { Identity } from '../identity.ts';
import { enforceAccess } from '../sessions/access.ts';

/**
 * Removes a passkey, and the link that may have been made with it; what was signed in with it is signed out. The passkey
 * goes first: nothing opens another session. One that is gone already is looked after as well: whatever kept an earlier
 * removal from ending its sessions, this one does. False where it was gone.
 */
export async function removeDevice(identity: Identity, sub: string, id: string): Promise<boolean> {
  const removed = await identity.store.passkeys.remove(sub, id);
  await enforceAccess(identity);
  return removed;
}
