import { rm } from 'node:fs/promises';
import { replaceFile } from '../../journal/durable-file.ts';
import type { Guard, StorePath } from '../system.ts';
import { run } from './run.ts';
import { forgetUnits, showUnit } from './units.ts';

/**
 * The guard: who brings the machine back when no agent does.
 *
 * It stands on one rule: until a system is confirmed, the boot loader's own choice is the one that is known to work. So
 * every restart brings the machine back, and the guard's last resort is one.
 *
 * While a system is tried live, two timers of systemd wait. They are transient: no configuration has them, so no switch
 * stops or changes them, and they are there before the switch begins.
 *
 * - The first goes off when all that the agent could have waited for is long over. It ends the activation that is on
 *   trial, should that still hang, and has the known-good path activated.
 * - The second restarts the machine {@link LIMIT} seconds later. That is when the first was of no use: its activation
 *   failed or hangs, or it brought back a system whose agent is stuck and does not call the guard off.
 *
 * An agent that lives sets both anew before each stage that takes time, and calls them off when the attempt ends. They
 * go off only where none lives.
 *
 * While a system is tried by a start of its own, nothing that was in memory is left. So `hearth-start-guard.timer` is
 * part of every configuration that the agent accepts (nix/modules/guard.nix). systemd starts it early in each start for
 * which the agent has left a mark on the disk. It restarts the machine after ten minutes, unless the agent of that system
 * has come up meanwhile and set the two timers in its place. The boot loader was told of the system on trial for one
 * start alone; the next is of what is known to work, whoever asked for it. The mark goes before the restart does, so that
 * a machine is restarted once for it, not for ever.
 *
 * Beneath both, the hardware's watchdog restarts a machine whose systemd hangs, and a kernel that panics restarts.
 */
export function systemdGuard(): Guard {
  return {
    async set(path, seconds) {
      const next = (await isSet(NAMES[0])) ? NAMES[1] : NAMES[0];
      await forgetUnits(unitsOf(next));
      await arm(next, path, Math.ceil(seconds));
      // Only now: there is no moment without one.
      await forgetUnits(NAMES.filter((name) => name !== next).flatMap(unitsOf));
      await dropStart();
    },
    async setForStart() {
      await replaceFile(MARK, 'The next start of this machine tries a system.\n');
    },
    async callOff() {
      await forgetUnits(NAMES.flatMap(timersOf));
      const begun = await Promise.all(NAMES.map(hasBegun));
      await forgetUnits(NAMES.flatMap(unitsOf));
      await dropStart();
      return begun.includes(true);
    },
  };
}

/** Guards bear one of two names in turn, so that the next is set before the last is called off. */
const NAMES = ['hearth-guard', 'hearth-guard-next'] as const;
type Name = (typeof NAMES)[number];

/** Seconds from the activation to the restart: by far more than any activation takes. */
const LIMIT = 15 * 60;

/** What `hearth-start-guard.timer` looks for. */
const MARK = '/var/lib/hearth/trial';
const START_GUARD = 'hearth-start-guard.timer';

const timersOf = (name: Name) => [`${name}.timer`, `${name}-restart.timer`];
const unitsOf = (name: Name) => [...timersOf(name), `${name}.service`, `${name}-restart.service`];

async function arm(name: Name, path: StorePath, seconds: number): Promise<void> {
  // An activation that hangs holds the lock: systemd ends it first, and has waited for its end.
  const ends = [
    '--property=Conflicts=hearth-activation.service',
    '--property=After=hearth-activation.service',
  ];
  await after(seconds + LIMIT, `${name}-restart`, ['systemctl', 'reboot']);
  await after(seconds, name, [`${path}/bin/switch-to-configuration`, 'test'], ends);
}

async function after(
  seconds: number,
  unit: string,
  command: readonly string[],
  properties: readonly string[] = [],
): Promise<void> {
  await run('systemd-run', [
    `--unit=${unit}`,
    '--no-ask-password',
    '--quiet',
    `--on-active=${seconds}`,
    '--timer-property=AccuracySec=1s',
    ...properties,
    '--',
    ...command,
  ]);
}

async function isSet(name: Name): Promise<boolean> {
  // The second timer outlives the first.
  const { ActiveState: active } = await showUnit(`${name}-restart.timer`, ['ActiveState']);
  return active === 'active';
}

/** Whether its activation runs, or has failed. One that has succeeded shows in what runs. */
async function hasBegun(name: Name): Promise<boolean> {
  const { ActiveState: active } = await showUnit(`${name}.service`, ['ActiveState']);
  return active !== 'inactive';
}

async function dropStart(): Promise<void> {
  await rm(MARK, { force: true });
  await forgetUnits([START_GUARD]);
}
