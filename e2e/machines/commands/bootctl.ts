#!/usr/bin/env node
import { bootEntries, setOneshot } from './boot-loader.ts';
import { recordCall } from './fake.ts';

/**
 * bootctl: is-installed, list --json=short, set-oneshot ID.
 *
 * Real: the entries are those that switch-to-configuration wrote to the boot partition, and the machine starts with the
 * oneshot's once. Not real: EFI variables; a loader is there unless the machine was made without one.
 */
const args = process.argv.slice(2);
recordCall('bootctl', args);
const [verb, id] = args.filter((arg) => !arg.startsWith('-'));
if (process.env.HEARTH_BOOT_LOADER === 'none') process.exit(1);

if (verb === 'list') process.stdout.write(`${JSON.stringify(bootEntries())}\n`);
else if (verb === 'set-oneshot') choose(id);
else if (verb === 'is-installed') process.stdout.write('yes\n');
else refuse(`Unknown command verb ${verb}.`);

function choose(wanted: string | undefined): void {
  const entry = bootEntries().find((one) => one.id === wanted);
  if (entry === undefined) refuse(`no boot entry ${wanted}`);
  else setOneshot(entry);
}

function refuse(why: string): void {
  console.error(why);
  process.exitCode = 1;
}
