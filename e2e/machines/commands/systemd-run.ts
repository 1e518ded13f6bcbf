#!/usr/bin/env node
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordCall } from './fake.ts';
import { showUnit, startService, unitName } from './units.ts';

/**
 * systemd-run, for transient services, and timers of --on-active: what it starts outlives who asked for it,
 * and `systemctl show` tells of it.
 *
 * Real: --unit, --collect, --pipe, --wait, --remain-after-exit, --setenv, --property=StandardOutput=file|append;
 * the environment is that of the system, not that of the caller; a name that is taken is refused; a collected unit is
 * forgotten when it ends, and its result with it. Not real: other timers, scopes, users, limits and all other properties
 * are accepted and mean nothing.
 */
const TIMER = join(import.meta.dirname, 'timer.sh');
const args = process.argv.slice(2);
recordCall('systemd-run', args);
const { options, command } = parse(args);
const unit = unitName(options.unit ?? `run-u${process.pid}`);

if (showUnit(unit).LoadState === 'loaded' && showUnit(unit).ActiveState !== 'inactive') {
  console.error(
    `Failed to start transient service unit: Unit ${unit} was already loaded or has a fragment file.`,
  );
  process.exit(1);
}
if (options['on-active'] !== undefined) setTimer(options['on-active']);
const waits = options.pipe === true || options.wait === true;
const ended = startService(unit, {
  command: ['env', ...(options.setenv ?? []).map(assignment), ...command],
  restart: 'no',
  log: options.pipe ? undefined : (outputFile(options.property ?? []) ?? `/run/hearth-fake/${unit}.log`),
  keep: options.collect ? 'collect' : options['remain-after-exit'] ? 'remain' : 'stay',
});
if (!options.quiet) console.error(`Running as unit: ${unit}`);
process.exit(waits ? await ended : 0);

/** A timer is a service here that waits, then asks for the one that is meant. */
function setTimer(seconds: string): never {
  const timer = unit.replace(/[.]service$/, '.timer');
  // Of the units that it conflicts with systemd makes an end before it starts it.
  const conflicts = (options.property ?? []).flatMap((each) => /^Conflicts=(.+)$/.exec(each)?.[1] ?? []);
  const service = ['systemd-run', `--unit=${unit}`, '--', ...command];
  void startService(timer, {
    command: ['sh', TIMER, seconds, conflicts.join(' '), ...service],
    restart: 'no',
    log: `/run/hearth-fake/${timer}.log`,
    keep: 'collect',
  });
  process.exit(0);
}

function parse(words: string[]) {
  // The command begins at the first word that is neither an option nor the value of one.
  const { tokens } = parseArgs({ args: words, options: OPTIONS(), strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator');
  const at = first?.index ?? words.length;
  const { values } = parseArgs({ args: words.slice(0, at), options: OPTIONS(), strict: true });
  return { options: values, command: words.slice(words[at] === '--' ? at + 1 : at) };
}

function OPTIONS() {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  return {
    unit: { ...text, short: 'u' },
    property: { ...text, short: 'p', multiple: true },
    setenv: { ...text, short: 'E', multiple: true },
    description: text,
    'service-type': text,
    slice: text,
    'on-active': text,
    'timer-property': { ...text, multiple: true },
    collect: { ...flag, short: 'G' },
    pipe: { ...flag, short: 'P' },
    wait: flag,
    quiet: { ...flag, short: 'q' },
    'remain-after-exit': { ...flag, short: 'r' },
    'no-ask-password': flag,
    'no-block': flag,
    'same-dir': { ...flag, short: 'd' },
  } as const;
}

/** A variable without a value is handed on from the caller. */
function assignment(variable: string): string {
  return variable.includes('=') ? variable : `${variable}=${process.env[variable] ?? ''}`;
}

function outputFile(properties: readonly string[]): string | undefined {
  return properties.flatMap(
    (property) => /^StandardOutput=(?:file|append|truncate):(.+)$/.exec(property)?.[1] ?? [],
  )[0];
}
