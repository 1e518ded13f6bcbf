import { safeMessage } from '@hearth/runtime/log';
import type { Identity, Logouts } from '../identity.ts';
import type { Client, Instant, PendingLogout } from '../store/records.ts';

/** Tells one app that a session is over; rejects where it does not take it. */
export type TellLogout = (client: Client, logout: PendingLogout) => Promise<void>;

const MINUTE = 60_000;
/** How long after a try the next one comes; after the last one, the app is left alone. */
const PAUSES: readonly number[] = [10_000, 30_000, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, ...hours(23)];
const LOOK_EVERY = 30_000;

function hours(count: number): number[] {
  return Array.from({ length: count }, () => 60 * MINUTE);
}

/** When a logout that was tried so many times before is tried again; undefined: no more. */
export const nextTry = (tries: number, now: Instant): Instant | undefined => {
  const pause = PAUSES[tries];
  return pause === undefined ? undefined : now + pause;
};

/** Starts telling. Every replica does; each logout is taken on by one. */
export function startLogouts(identity: Omit<Identity, 'logouts'>, tell: TellLogout): Logouts {
  let stopped = false;
  let running: Promise<void> | undefined;
  let again = false;
  let cancel = () => {};

  async function one(logout: PendingLogout): Promise<void> {
    const now = identity.clock.now().getTime();
    const client = identity.clients.find(logout.client);
    const next = nextTry(logout.tries, now);
    if (client?.signOutUri === undefined || next === undefined) {
      await identity.store.logouts.done(logout.id);
      if (client !== undefined) await note(client, logout, 'logout-not-told');
      return;
    }
    if (!(await identity.store.logouts.claim(logout, next))) return;
    try {
      await tell(client, logout);
      await identity.store.logouts.done(logout.id);
      identity.metrics.logout('told');
      await note(client, logout, 'logout-told');
    } catch (error) {
      identity.metrics.logout('failed');
      const fields = { client: client.id, tries: logout.tries + 1, error: safeMessage(error) };
      identity.log.warn(fields, 'an app did not take a logout');
    }
  }

  const note = (client: Client, { sub }: PendingLogout, event: 'logout-told' | 'logout-not-told') =>
    identity.audit({ event, sub, client: client.id, ...named(identity.people.bySub(sub)?.name) });

  async function all(): Promise<void> {
    const due = await identity.store.logouts.due(identity.clock.now().getTime());
    await Promise.all(due.map(one));
  }

  function wake(): void {
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancel();
    running = all()
      .catch((error: unknown) =>
        identity.log.warn({ error: safeMessage(error) }, 'could not look for logouts'),
      )
      .finally(() => {
        running = undefined;
        if (stopped) return;
        cancel = identity.clock.after(again ? 0 : LOOK_EVERY, wake);
        again = false;
      });
  }

  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

const named = (user: string | undefined) => (user === undefined ? {} : { user });
