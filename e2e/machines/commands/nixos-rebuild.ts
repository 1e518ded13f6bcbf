#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { recordCall, run, step } from './fake.ts';

/**
 * nixos-rebuild ACTION --flake URL#ATTRIBUTE (or --store-path PATH), ACTION one of build, test, boot, switch,
 * dry-activate.
 *
 * Real: nix evaluates and builds `nixosConfigurations.ATTRIBUTE.config.system.build.toplevel`; boot and switch set the
 * system profile; switch-to-configuration runs in the transient unit that the real one uses, and its exit code is
 * handed on. Not real: --rollback, --target-host, channels and the rest of its options; they are refused.
 */
const args = process.argv.slice(2);
recordCall('nixos-rebuild', args);
const NIX = ['--extra-experimental-features', 'nix-command flakes'];
const IGNORED = [
  '--fast',
  '--no-reexec',
  '--no-build-nix',
  '--quiet',
  '--print-build-logs',
  '-L',
  '--no-write-lock-file',
  '--accept-flake-config',
  '--refresh',
];
const request = parse(args);

await step('rebuild:build');
const system = request['--store-path'] ?? build(request['--flake'] ?? '');
if (request.action === 'build') {
  process.stdout.write(`${system}\n`);
  process.exit(0);
}
if (request.action === 'boot' || request.action === 'switch') {
  await step('rebuild:profile');
  const set = await run('nix-env', ['--profile', '/nix/var/nix/profiles/system', '--set', system]);
  if (set !== 0) process.exit(1);
}
await step('rebuild:activate');
const unit = ['--collect', '--no-ask-password', '--pipe', '--quiet', '--service-type=exec', '--wait'];
process.exit(
  await run('systemd-run', [
    '-E',
    'LOCALE_ARCHIVE',
    ...unit,
    '--unit=nixos-rebuild-switch-to-configuration',
    `${system}/bin/switch-to-configuration`,
    request.action,
  ]),
);

function build(flake: string): string {
  const [url = '', attribute = ''] = flake.split('#');
  const installable = `${url}#nixosConfigurations."${attribute}".config.system.build.toplevel`;
  console.error('building the system configuration...');
  try {
    const said = execFileSync(
      'nix',
      [...NIX, 'build', '--no-link', '--json', ...request.passed, installable],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      },
    );
    const [built] = JSON.parse(said) as { outputs: { out: string } }[];
    return built?.outputs.out ?? process.exit(1);
  } catch {
    process.exit(1);
  }
}

interface Request {
  readonly action: string;
  readonly '--flake'?: string;
  readonly '--store-path'?: string;
  /** What nix itself is told. */
  readonly passed: readonly string[];
}

function parse([action = '', ...rest]: readonly string[]): Request {
  const values: Record<string, string> = {};
  const passed: string[] = [];
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    if (word === '--flake' || word === '--store-path') values[word] = rest.shift() ?? '';
    else if (word === '--option') passed.push(word, rest.shift() ?? '', rest.shift() ?? '');
    else if (!IGNORED.includes(word)) refuse(`unknown option '${word}'`);
  }
  if (!['build', 'test', 'boot', 'switch', 'dry-activate'].includes(action))
    refuse(`no such action: ${action}`);
  return { action, passed, ...values };
}

function refuse(why: string): never {
  console.error(`nixos-rebuild: ${why}`);
  process.exit(1);
}
