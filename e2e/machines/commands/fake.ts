import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type FakeStep, PLAN, type PlannedFault } from '../plan.ts';
import { failUnit, mainProcess, removeUnit } from './units.ts';

/** The folder by which a machine's fakes and its test speak with each other. */
const FOLDER = '/run/hearth-fake';

/** Writes down that a command was called, and with what. */
export function recordCall(command: string, args: readonly string[]): void {
  const line = JSON.stringify({ time: new Date().toISOString(), command, args });
  appendFileSync(`${FOLDER}/calls.jsonl`, `${line}\n`);
}

/** Says that a command has come to a step, and does what the machine's plan holds for it there. */
export async function step(at: FakeStep): Promise<void> {
  appendFileSync(`${FOLDER}/steps.jsonl`, `${JSON.stringify({ time: new Date().toISOString(), at })}\n`);
  const plan = readPlan();
  const fault = plan.find((planned) => planned.at === at);
  if (fault === undefined) return;
  if (fault.once) writePlan(plan.filter((planned) => planned !== fault));
  await suffer(fault);
}

async function suffer(fault: PlannedFault): Promise<void> {
  const { do: what } = fault;
  if (what === 'hang') await pause(2 ** 31 - 1);
  else if (what === 'lose-power') process.kill(1, 'SIGUSR1');
  else if (what === 'cut-link') await run('ip', ['link', 'set', 'eth0', 'down']);
  else if (what === 'kill-agent') process.kill(mainProcess('hearth-agent.service') ?? 0, 'SIGKILL');
  else if (what === 'remove-agent') await removeUnit('hearth-agent.service');
  else if ('pause' in what) await pause(what.pause * 1000);
  else if ('exit' in what) process.exit(what.exit);
  else if ('fail-unit' in what) failUnit(what['fail-unit']);
  // Power is gone at once for everybody but who turned it off.
  if (what === 'lose-power') await pause(60_000);
}

function readPlan(): readonly PlannedFault[] {
  try {
    return JSON.parse(readFileSync(PLAN, 'utf8')) as PlannedFault[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function writePlan(plan: readonly PlannedFault[]): void {
  writeFileSync(`${PLAN}.new`, JSON.stringify(plan));
  renameSync(`${PLAN}.new`, PLAN);
}

/** Runs a command with this one's output; its exit code, or 128 and more after a signal. */
export function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  });
}
