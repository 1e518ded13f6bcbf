#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { recordCall } from './fake.ts';

/**
 * timedatectl: set-ntp, set-time "YYYY-MM-DD HH:MM:SS UTC".
 *
 * Real: from then on every process of the machine, those that run too, has that time of day. Not real: the kernel's
 * clock, which all machines share, stays as it is; a machine whose clock was right from the start keeps it.
 */
const args = process.argv.slice(2);
recordCall('timedatectl', args);
const [verb, value = ''] = args.filter((arg) => !arg.startsWith('-'));

if (verb === 'set-time') setTime(value);
else if (verb !== 'set-ntp') {
  console.error(`Unknown command verb ${verb}.`);
  process.exit(1);
}

function setTime(text: string): void {
  const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  if (date === undefined) {
    console.error(`Failed to parse time specification: ${text}`);
    process.exit(1);
  }
  const { LD_PRELOAD: _, ...env } = process.env;
  const now = Number(execFileSync('date', ['+%s'], { env, encoding: 'utf8' }));
  const offset = Date.parse(`${date}T${time}Z`) / 1000 - now;
  writeFileSync('/run/hearth-fake/clock', `${offset < 0 ? '' : '+'}${offset}\n`);
}
