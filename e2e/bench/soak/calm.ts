import { setTimeout as pause } from 'node:timers/promises';
import { App } from '@hearth/domain';
import type { ApiClient } from '../../app/api-client.ts';

/** The Apps that serve those of the household. */
const PROVIDERS = ['postgres', 'traefik', 'other'];

/** A watch that has gone silent is found out after 100 s; then everything is to be well within 30 more. */
const PATIENCE = 130_000;

/**
 * Waits until nothing is wrong any more.
 * @throws saying what is, after as long as that may take.
 */
export async function untilRight(complaints: () => Promise<readonly string[]>): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const found = await complaints();
    if (found.length === 0) return;
    if (performance.now() > end) throw new Error(found.join('\n'));
    await pause(200);
  }
}

/** Of which Apps it can't be said that they are Ready as they stand: providers, and those that are wanted; or that they are gone. */
export async function unready(client: ApiClient, wanted: Iterable<string>): Promise<string[]> {
  const apps = [...(await client.list(App, 'home')), ...(await client.list(App, 'hearth-providers'))];
  const found = new Set(apps.map(({ metadata }) => metadata.name));
  const all = new Set([...PROVIDERS, ...wanted]);
  return [
    ...[...all].filter((name) => !found.has(name)).map((name) => `App ${name} is not there`),
    ...apps.flatMap((app) => complaintOf(app, all) ?? []),
  ];
}

function complaintOf({ metadata, status }: App, wanted: ReadonlySet<string>): string | undefined {
  const { name, generation } = metadata;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const words = `${ready?.reason} ${ready?.message}`;
  if (!wanted.has(name)) return `App ${name} is still there: ${words}`;
  if (ready?.status !== 'True') return `App ${name} is not ready: ${words}`;
  return status?.observedGeneration === generation ? undefined : `App ${name} has not been seen as it is`;
}
