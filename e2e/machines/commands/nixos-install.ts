#!/usr/bin/env node
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { recordCall, run } from './fake.ts';

/**
 * nixos-install --system PATH --root FOLDER: puts a built system on a disk that is mounted there.
 *
 * Real: nix copies the closure into the store of the new root and sets its system profile. Not real: the boot loader
 * is the file that a machine boots by (loader/entry); nothing is activated in a chroot; no password is asked for.
 */
recordCall('nixos-install', process.argv.slice(2));
const { values } = parseArgs({
  options: {
    system: { type: 'string' },
    root: { type: 'string', default: '/mnt' },
    'no-root-passwd': { type: 'boolean' },
    'no-root-password': { type: 'boolean' },
    'no-channel-copy': { type: 'boolean' },
  },
});
if (values.system === undefined) {
  console.error('nixos-install: only --system is known here');
  process.exit(1);
}
const system = realpathSync(values.system);
const nix = ['--extra-experimental-features', 'nix-command flakes'];
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['nix', [...nix, 'copy', '--no-check-sigs', '--to', `local?root=${values.root}`, system]],
  [
    'nix-env',
    ['--store', values.root, '--profile', `${values.root}/nix/var/nix/profiles/system`, '--set', system],
  ],
];
for (const [command, args] of steps) {
  const code = await run(command, args);
  if (code !== 0) process.exit(code);
}
mkdirSync(`${values.root}/boot/loader`, { recursive: true });
writeFileSync(`${values.root}/boot/loader/entry`, system);
