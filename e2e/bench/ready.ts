import { setTimeout as pause } from 'node:timers/promises';
import { App } from '@hearth/domain';
import type { ApiClient } from '../app/api-client.ts';

/** Whether an App is Ready as it stands. */
export const isReady = ({ metadata, status }: App): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);

/** Waits until there are so many Apps in the home, all of them Ready. @throws when they aren't within ten minutes. */
export async function areReady(client: ApiClient, count: number): Promise<void> {
  const end = performance.now() + 10 * 60_000;
  for (;;) {
    const apps = await client.list(App, 'home');
    const ready = apps.filter(isReady);
    if (ready.length === count && apps.length === count) return;
    if (performance.now() > end)
      throw new Error(`${ready.length} of ${apps.length} apps are ready, not ${count}`);
    await pause(100);
  }
}
