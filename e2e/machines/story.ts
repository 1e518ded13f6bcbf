import { setTimeout as pause } from 'node:timers/promises';
import { Machine } from '@hearth/domain';
import type { ApiClient } from '../app/api-client.ts';
import { MACHINES } from './machines-home.ts';

/** What the machines of a home have said of themselves, one sentence after the other. */
export interface Stories {
  /** What a machine has said since it was last asked to be heard anew, each as `PHASE: MESSAGE`. */
  of(machine: string): readonly string[];
  /** Forgets what a machine has said. */
  forget(machine: string): void;
  end(): Promise<void>;
}

/** Listens to all machines. What is said for less than a tenth of a second may be missed. */
export function listen(client: ApiClient): Stories {
  const heard = new Map<string, string[]>();
  const last = new Map<string, string>();
  let going = true;
  const listening = (async () => {
    while (going) {
      for (const { metadata, status } of await client.list(Machine, MACHINES).catch(() => [])) {
        const apply = status?.agent?.apply;
        const said = apply && `${apply.phase}: ${apply.message}`;
        if (said === undefined || said === last.get(metadata.name)) continue;
        last.set(metadata.name, said);
        heard.set(metadata.name, [...(heard.get(metadata.name) ?? []), said]);
      }
      await pause(100);
    }
  })();
  return {
    of: (machine) => heard.get(machine) ?? [],
    forget: (machine) => void heard.delete(machine),
    async end() {
      going = false;
      await listening;
    },
  };
}
