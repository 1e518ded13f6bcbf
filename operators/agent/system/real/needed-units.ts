import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorePath } from '../system.ts';

/** What has to be in a system, do something, and be started with it, lest the machine is never reached again. */
const NEEDED = [
  { unit: 'hearth-agent.service', does: /^ExecStart=./m, startedBy: 'multi-user.target' },
  { unit: 'hearth-start-guard.timer', does: /^OnActiveSec=./m, startedBy: 'sysinit.target' },
  { unit: 'hearth-start-guard.service', does: /^ExecStart=./m, startedBy: undefined },
] as const;

/**
 * The first of the units that a system lacks. One that is there by name alone is missing too: `enable = false` leaves a
 * link to /dev/null (it is masked), and without `wantedBy` nothing starts it with the machine.
 */
export async function missingUnit(system: StorePath): Promise<string | undefined> {
  const folder = join(system, 'etc/systemd/system');
  for (const { unit, does, startedBy } of NEEDED) {
    const text = await readFile(join(folder, unit), 'utf8').catch(() => '');
    const isStarted = startedBy === undefined || (await isThere(join(folder, `${startedBy}.wants`, unit)));
    if (!does.test(text) || !isStarted) return unit;
  }
  return undefined;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
