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

  function wake(): void {
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancel();
    running = tellAll(identity, tell)
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

type Parts = Omit<Identity, 'logouts'>;

async function tellAll(identity: Parts, tell: TellLogout): Promise<void> {
  const due = await identity.store.logouts.due(identity.clock.now().getTime());
  await Promise.all(due.map((logout) => tellOne(identity, tell, logout)));
}

async function tellOne(identity: Parts, tell: TellLogout, logout: PendingLogout): Promise<void> {
  const { store, metrics, log } = identity;
  const client = identity.clients.find(logout.client);
  const next = nextTry(logout.tries, identity.clock.now().getTime());
  if (client?.signOutUri === undefined || next === undefined) {
    await store.logouts.done(logout.id);
    await note(identity, logout, 'logout-not-told');
    return;
  }
  if (!(await store.logouts.claim(logout, next))) return;
  try {
    await tell(client, logout);
    await store.logouts.done(logout.id);
    metrics.logout('told');
    await note(identity, logout, 'logout-told');
  } catch (error) {
    metrics.logout('failed');
    const fields = { client: client.id, tries: logout.tries + 1, error: safeMessage(error) };
    log.warn(fields, 'an app did not take a logout');
  }
}

function note(
  { audit, people }: Parts,
  { sub, client }: PendingLogout,
  event: 'logout-told' | 'logout-not-told',
): Promise<void> {
  const user = people.bySub(sub)?.name;
  return audit({ event, sub, client, ...(user !== undefined && { user }) });
}
