import { safeMessage } from '@hearth/runtime/log';
import type { Identity } from './identity.ts';
import { forgetRemoved } from './people/push.ts';
import { enforceAccess } from './sessions/access.ts';

const MINUTE = 60_000;

/** What is done now and then: noting when sessions were used, forgetting what has expired, healing what was cut off. */
export function startChores(identity: Identity): () => Promise<void> {
  const { clock, log, store, sessions } = identity;
  let cancel = () => {};
  let stopped = false;
  let passes = 0;
  let running: Promise<void> = Promise.resolve();

  async function pass(): Promise<void> {
    await sessions.flush();
    await store.settle();
    if (passes++ % 60 === 0) await tidy(identity);
  }

  function next(): void {
    running = pass()
      .catch((error: unknown) => log.warn({ error: safeMessage(error) }, 'a chore was put off'))
      .finally(() => {
        if (!stopped) cancel = clock.after(MINUTE, next);
      });
  }

  next();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}

/**
 * Done when the process starts, and each hour: forgets what has expired, ends the sessions that are over, and does what
 * an earlier end was cut off from.
 */
export async function tidy(identity: Identity): Promise<void> {
  await identity.store.purge(identity.clock.now().getTime());
  await enforceAccess(identity);
  await identity.sessions.load();
  await forgetRemoved(identity);
}
