import type { EventLog } from '../event-log.ts';

/** Opens a log with segments of four events, for as long as the test runs: a new one, or again one that was closed. */
export type OpenTestLog = (place?: string) => Promise<{ readonly log: EventLog; readonly place: string }>;

/** The numbers of events. */
export const numbers = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq);

/** The names of what lived, with the version of each: `a1 b2`. */
export async function namesAt(log: EventLog, at?: number): Promise<string> {
  const names: string[] = [];
  for await (const { resource, resourceVersion } of log.states(at))
    names.push(resource.name + resourceVersion);
  return names.join(' ');
}
