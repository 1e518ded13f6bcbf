#!/usr/bin/env node
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { recordCall, run, step } from './fake.ts';
import { mainProcess, servicesOf, showUnit, startUnit, stopUnit } from './units.ts';

/**
 * switch-to-configuration SYSTEM ACTION: what `bin/switch-to-configuration` of a system does on NixOS. The script in
 * the toy systems takes the lock and calls this.
 *
 * Real: what happens in which order, what is on disk after each step, the exit codes 0, 1 (boot loader), 4 (units
 * that did not start). Not real: users, mounts, sockets, timers, reloads; /etc is the system's link /etc/static alone;
 * of the network only whether the configuration leaves the link up. `start` is not NixOS's: what stage 2 and systemd
 * do with a system that was booted.
 */
const [system = '', action = ''] = process.argv.slice(2);
const CURRENT = '/run/current-system';

recordCall('switch-to-configuration', [system, action]);
if (!['switch', 'boot', 'test', 'dry-activate', 'start'].includes(action)) {
  console.error(`switch-to-configuration: no such action: ${action}`);
  process.exit(1);
}
if (action === 'dry-activate') process.exit(0);
await step(action === 'start' ? 'boot:start' : 'switch:begin');
if (action === 'switch' || action === 'boot') await installBootLoader();
process.exit(action === 'boot' ? 0 : await activate());

/** Kernel and initial RAM disk first, then the entry that names them, at once. */
async function installBootLoader(): Promise<void> {
  await step('switch:bootloader');
  try {
    mkdirSync('/boot/kernels', { recursive: true });
    mkdirSync('/boot/loader', { recursive: true });
    for (const file of ['kernel', 'initrd']) place(realpathSync(`${system}/${file}`));
    await step('switch:entry');
    writeFileSync('/boot/loader/entry.new', system);
    renameSync('/boot/loader/entry.new', '/boot/loader/entry');
  } catch (error) {
    console.error(`failed to install the boot loader: ${(error as Error).message}`);
    rmSync('/boot/loader/entry.new', { force: true });
    process.exit(1);
  }
}

function place(file: string): void {
  const placed = `/boot/kernels/${basename(dirname(file))}-${basename(file)}`;
  if (existsSync(placed)) return;
  copyFileSync(file, `${placed}.new`);
  renameSync(`${placed}.new`, placed);
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
