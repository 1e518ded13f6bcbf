import type { Identity } from '../identity.ts';
import { endSessions } from '../sessions/ending.ts';
import type { Passkey } from '../store/records.ts';

/** Removes a passkey; what was signed in with it is signed out. The passkey goes first: nothing opens another session. */
export async function removeDevice(identity: Identity, { id, sub }: Passkey): Promise<void> {
  await identity.store.passkeys.remove(sub, id);
  const opened = identity.sessions.of(sub).filter(({ passkey }) => passkey === id);
  await endSessions(
    identity,
    opened.map((session) => session.id),
  );
}
