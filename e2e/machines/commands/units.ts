import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The state of each unit that was started since the machine was turned on, as supervise.sh writes it. */
const UNITS = '/run/hearth-units';

const SUPERVISE = join(import.meta.dirname, 'supervise.sh');

const TIMER = join(import.meta.dirname, 'timer.sh');

/** How a service is run. */
export interface Service {
  readonly command: readonly string[];
  readonly restart: string;
  /** The file that gets its output; without one it is the output of who asks for it. */
  readonly log: string | undefined;
  readonly keep: 'collect' | 'stay' | 'remain';
}

/** What `systemctl show` says of a unit of which systemd knows nothing. */
const UNKNOWN = {
  LoadState: 'not-found',
  ActiveState: 'inactive',
  SubState: 'dead',
  Result: 'success',
  ExecMainStatus: '0',
  MainPID: '0',
};

/** The name with its ending, as systemd completes it. */
export const unitName = (name: string): string => (/[.][a-z]+$/.test(name) ? name : `${name}.service`);

/** The properties of a unit. */
export function showUnit(unit: string, system = '/run/current-system'): Readonly<Record<string, string>> {
  try {
    const lines = readFileSync(`${UNITS}/${unit}/state`, 'utf8').trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
  } catch {
    return existsSync(`${system}/etc/systemd/system/${unit}`) ? { ...UNKNOWN, LoadState: 'loaded' } : UNKNOWN;
  }
}

/** The units that are there, now or since they failed. */
export function knownUnits(): string[] {
  return readdirSync(UNITS);
}

/** The main process of a unit that runs. */
export function mainProcess(unit: string): number | undefined {
  return Number(showUnit(unit).MainPID) || undefined;
}

/** Starts a service under a supervisor that outlives who asks; what is given back ends with the service. */
export function startService(unit: string, service: Service): Promise<number> {
  const { command, restart, log, keep } = service;
  // A unit is there from the moment that it was asked for.
  setState(unit, { LoadState: 'loaded', ActiveState: 'activating', SubState: 'start' });
  return new Promise((resolve, reject) => {
    const child = spawn('sh', [SUPERVISE, unit, restart, log ?? '-', keep, ...command], {
      detached: true,
      env: systemEnvironment(),
      stdio: log === undefined ? 'inherit' : 'ignore',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
    if (log !== undefined) child.unref();
  });
}

/** What systemd gives to its services: nothing of who asks for them. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const lines = readFileSync('/run/hearth-fake/environment', 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

/** Starts a unit of a system, as its unit file says. */
export async function startUnit(unit: string, system: string): Promise<void> {
  const text = unitFiles(system, '.service').get(unit);
  if (text === undefined) throw new Error(`Unit ${unit} not found.`);
  if (mainProcess(unit) !== undefined) return;
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  void startService(unit, {
    command: (setting('ExecStart') ?? 'true').split(/\s+/),
    restart: setting('Restart') ?? 'no',
    log: `/run/hearth-fake/${unit}.log`,
    keep: setting('RemainAfterExit') === 'yes' ? 'remain' : 'stay',
  });
  // Its main process is there, or has been there.
  while (showUnit(unit).SubState === 'start') await pause(10);
}

/** Stops a unit: asks, and after five seconds does not ask any more. */
export async function stopUnit(unit: string): Promise<void> {
  if (showUnit(unit).ActiveState === 'inactive') return;
  writeFileSync(`${UNITS}/${unit}/stop`, '');
  signal(unit, 'SIGTERM');
  for (let waited = 0; mainProcess(unit) !== undefined; waited += 50) {
    if (waited === 5_000) signal(unit, 'SIGKILL');
    await pause(50);
  }
  if (showUnit(unit).SubState === 'exited') setState(unit, { LoadState: 'loaded' });
}

/** Sends a signal to all processes of a unit. */
export function signal(unit: string, name: NodeJS.Signals): void {
  const main = mainProcess(unit);
  if (main === undefined) return;
  try {
    process.kill(-main, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Forgets a unit that has failed or was stopped. */
export function resetUnit(unit: string): void {
  if (mainProcess(unit) === undefined) rmSync(`${UNITS}/${unit}`, { recursive: true });
}

/** Lets a unit be one that has failed, whatever it does. */
export function failUnit(unit: string): void {
  setState(unit, {
    LoadState: 'loaded',
    ActiveState: 'failed',
    SubState: 'failed',
    Result: 'exit-code',
    ExecMainStatus: '1',
  });
}

/** Stops a unit and sees to it that nobody starts it again until it is asked for. */
export async function removeUnit(unit: string): Promise<void> {
  await stopUnit(unit);
  rmSync(`${UNITS}/${unit}`, { recursive: true, force: true });
}

function setState(unit: string, properties: Partial<typeof UNKNOWN>): void {
  mkdirSync(`${UNITS}/${unit}`, { recursive: true });
  const lines = Object.entries({ ...UNKNOWN, ...properties }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(`${UNITS}/${unit}/state.set`, lines.join(''));
  renameSync(`${UNITS}/${unit}/state.set`, `${UNITS}/${unit}/state`);
}

/** Starts the timers of a system whose condition holds, as systemd does when the machine starts. */
export function startTimers(system: string): void {
  for (const [timer, text] of unitFiles(system, '.timer')) {
    const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
    const condition = setting('ConditionPathExists');
    if (condition !== undefined && !existsSync(condition)) continue;
    const service = ['systemctl', 'start', timer.replace(/[.]timer$/, '.service')];
    void startService(timer, {
      command: ['sh', TIMER, setting('OnActiveSec') ?? '0', '', ...service],
      restart: 'no',
      log: `/run/hearth-fake/${timer}.log`,
      keep: 'stay',
    });
  }
}

/** The unit files of the services that a system starts with the machine, by name. */
export function servicesOf(system: string): ReadonlyMap<string, string> {
  return unitFiles(system, '.service', 'multi-user.target.wants');
}

/** The unit files of an ending, by name; of all, or of those that a target wants. */
function unitFiles(system: string, ending: string, target = ''): ReadonlyMap<string, string> {
  const folder = `${system}/etc/systemd/system/${target}`;
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return new Map(names.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
  } catch {
    return new Map();
  }
}
