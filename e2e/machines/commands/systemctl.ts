#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { recordCall } from './fake.ts';
import { knownUnits, resetUnit, showUnit, signal, startUnit, stopUnit, unitName } from './units.ts';

/**
 * systemctl, for services alone: show, is-active, is-failed, start, stop, restart, kill, reset-failed, list-units with
 * --failed or --state=, daemon-reload, reboot, poweroff, is-system-running, --version.
 *
 * Real: what it prints and its exit codes for these. Not real: everything else is refused with 1, so that whoever
 * comes to need more finds out.
 */
recordCall('systemctl', process.argv.slice(2));
const flag = { type: 'boolean' } as const;
const text = { type: 'string' } as const;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    property: { ...text, short: 'p', multiple: true },
    signal: { ...text, short: 's' },
    quiet: { ...flag, short: 'q' },
    type: { ...text, short: 't' },
    value: flag,
    failed: flag,
    state: text,
    all: flag,
    full: flag,
    force: { ...flag, short: 'f' },
    plain: flag,
    version: flag,
    'no-block': flag,
    'no-legend': flag,
    'no-pager': flag,
    'no-ask-password': flag,
  },
});
const [verb = '', ...names] = positionals;
const units = names.map(unitName);

const verbs: Readonly<Record<string, () => Promise<number> | number>> = {
  show,
  'is-active': () => states((state) => ['active', 'reloading'].includes(state), 3),
  'is-failed': () => states((state) => state === 'failed', 1),
  start: () => each((unit) => startUnit(unit, '/run/current-system')),
  stop: () => eachLoaded(stopUnit, 5),
  restart: () => each((unit) => stopUnit(unit).then(() => startUnit(unit, '/run/current-system'))),
  kill: () => each((unit) => signal(unit, (options.signal ?? 'SIGTERM') as NodeJS.Signals)),
  'reset-failed': () => (units.length === 0 ? each(resetUnit, knownUnits()) : eachLoaded(resetUnit, 1)),
  'list-units': listUnits,
  'is-system-running': () =>
    say(failedUnits().length === 0 ? 'running' : 'degraded', failedUnits().length === 0 ? 0 : 1),
  'daemon-reload': () => 0,
  reboot: () => end('SIGTERM'),
  poweroff: () => end('SIGUSR1'),
};

if (options.version) process.exit(say('systemd 256 (256)', 0));
const run = verbs[verb];
if (run === undefined) process.exit(say(`Unknown command verb ${verb}.`, 1));
process.exit(await run());

function show(): number {
  const wanted = (options.property ?? []).flatMap((names) => names.split(','));
  for (const unit of units) {
    const properties: Readonly<Record<string, string>> = { Id: unit, ...showUnit(unit) };
    for (const [name, value] of Object.entries(properties)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      say(options.value ? value : `${name}=${value}`, 0);
    }
  }
  return 0;
}

/** Prints each unit's state; the exit code is 0 when one of them is as asked. */
function states(isAsAsked: (state: string) => boolean, otherwise: number): number {
  const found = units.map((unit) => showUnit(unit).ActiveState ?? 'inactive');
  if (!options.quiet) for (const state of found) say(state, 0);
  return found.some(isAsAsked) ? 0 : otherwise;
}

const failedUnits = (): string[] => knownUnits().filter((unit) => showUnit(unit).ActiveState === 'failed');

function listUnits(): number {
  const wanted = options.failed ? ['failed'] : options.state?.split(',');
  for (const unit of knownUnits()) {
    const { LoadState: load, ActiveState: active = '', SubState: sub = '' } = showUnit(unit);
    if (wanted !== undefined && !wanted.includes(active) && !wanted.includes(sub)) continue;
    say(`${unit} ${load} ${active} ${sub} ${unit}`, 0);
  }
  return 0;
}

/** Does it to the units that there are; of the others it says so, and ends with that exit code. */
async function eachLoaded(act: (unit: string) => Promise<void> | void, unknown: number): Promise<number> {
  const loaded = units.filter((unit) => showUnit(unit).LoadState !== 'not-found');
  const failed = await each(act, loaded, 1);
  for (const unit of units.filter((each) => !loaded.includes(each)))
    console.error(`Failed to ${verb} ${unit}: Unit ${unit} not loaded.`);
  return failed || (loaded.length < units.length ? unknown : 0);
}

async function each(act: (unit: string) => Promise<void> | void, of = units, otherwise = 5): Promise<number> {
  try {
    for (const unit of of) await act(unit);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return otherwise;
  }
}

/** The end of process 1 is the end of the machine; here that of this process too. */
function end(how: NodeJS.Signals): Promise<number> {
  process.kill(1, how);
  return new Promise(() => setTimeout(() => undefined, 60_000));
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}
