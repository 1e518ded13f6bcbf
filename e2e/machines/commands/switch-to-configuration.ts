#!/usr/bin/env node
import {
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { installBootLoader } from './boot-loader.ts';
import { recordCall, run, step } from './fake.ts';
import { mainProcess, servicesOf, showUnit, startTimers, startUnit, stopUnit } from './units.ts';

/**
 * switch-to-configuration SYSTEM ACTION: what `bin/switch-to-configuration` of a system does on NixOS. The script in
 * the toy systems takes the lock and calls this.
 *
 * Real: what happens in which order, what is on disk after each step, the exit codes 0, 1 (boot loader), 4 (units
 * that did not start), 100 (another init). Not real: users, mounts, sockets, timers, reloads; /etc is the system's link /etc/static alone;
 * of the network only whether the configuration leaves the link up. `start` is not NixOS's: what stage 2 and systemd
 * do with a system that was booted.
 */
const [path = '', action = ''] = process.argv.slice(2);
const system = realpathSync(path);
const CURRENT = '/run/current-system';

recordCall('switch-to-configuration', [system, action]);
if (!['switch', 'boot', 'test', 'dry-activate', 'start'].includes(action)) {
  console.error(`switch-to-configuration: no such action: ${action}`);
  process.exit(1);
}
if (action === 'dry-activate') process.exit(0);
await step(action === 'start' ? 'boot:start' : 'switch:begin');
if (action === 'switch' || action === 'boot') await tellBootLoader();
if (action === 'switch' || action === 'boot') await step('switch:booted');
if (action === 'boot') process.exit(0);
if (action !== 'start' && !canGoOver()) {
  console.error(
    'Warning: the new NixOS configuration has an ‘init’ that is incompatible with the current one.',
  );
  process.exit(100);
}
process.exit(await activate());

async function tellBootLoader(): Promise<void> {
  try {
    await installBootLoader(system);
  } catch (error) {
    console.error(`Failed to install bootloader: ${(error as Error).message}`);
    process.exit(1);
  }
}

/** Whether systemd can go over to the other system's without a restart of the machine. */
function canGoOver(): boolean {
  const [now, then] = [CURRENT, system].map((path) => readFileSync(`${path}/init-interface-version`, 'utf8'));
  return now === then;
}

/** Another system becomes the running one; the exit code. */
async function activate(): Promise<number> {
  const [before, after] = [servicesOf(CURRENT), servicesOf(system)];
  await step('switch:stop-units');
  for (const [unit, file] of before) if (after.get(unit) !== file) await stopUnit(unit);
  await step('switch:activate');
  link(`${system}/etc`, '/etc/static');
  link(system, CURRENT);
  await run('ip', ['link', 'set', 'eth0', networkIsUp() ? 'up' : 'down']);
  await step('switch:start-units');
  // One that runs as it should, or has done so once, is left alone.
  const isDue = (unit: string) => before.get(unit) !== after.get(unit) || mainProcess(unit) === undefined;
  for (const unit of after.keys()) if (isDue(unit)) await startUnit(unit, system);
  await pause(200);
  const failed = [...after.keys()].filter(
    (unit) => !['active', 'inactive'].includes(showUnit(unit).ActiveState ?? ''),
  );
  if (action === 'start') startTimers(system);
  await step('switch:end');
  if (failed.length === 0) return 0;
  console.error(`warning: the following units failed: ${failed.join(', ')}`);
  return 4;
}

function networkIsUp(): boolean {
  try {
    return !readFileSync(`${system}/etc/systemd/network/10-lan.network`, 'utf8').includes(
      'ActivationPolicy=down',
    );
  } catch {
    return true;
  }
}

function link(target: string, path: string): void {
  if (existsSync(path) && readlinkSync(path) === target) return;
  rmSync(`${path}.new`, { force: true });
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
}
