import { readFile } from 'node:fs/promises';
import { isMissing } from '../../journal/durable-file.ts';
import type { Activation, UnitState } from '../system.ts';
import { run } from './run.ts';

/** What a unit said goes where only root reads, and is gone with the next start. */
const LOGS = '/run/hearth';
const PROFILE = '/nix/var/nix/profiles/system';
const LOCK = '/run/nixos/switch-to-configuration.lock';
const GUARDS = ['hearth-guard', 'hearth-guard-next'] as const;
/** systemctl’s exit code for a unit that it does not know. */
const NOT_LOADED = 5;
/** Milliseconds: a unit is asked to end, then killed. */
const STOPPING = 120_000;

/**
 * systemd as the one who activates: what it runs outlives the agent, which may be ended by what it asked for. The unit
 * is kept when it has ended, since its exit code says what became of it.
 */
export function systemdActivation(): Activation {
  return {
    async start(unit, path, action) {
      await run('systemd-run', [
        `--unit=${unit}`,
        '--no-ask-password',
        '--quiet',
        '--service-type=exec',
        '--remain-after-exit',
        '--property=TimeoutStopSec=10',
        `--property=StandardOutput=truncate:${LOGS}/${unit}.log`,
        '--',
        `${path}/bin/switch-to-configuration`,
        action,
      ]);
    },
    state: unitState,
    async clear(unit) {
      await run('systemctl', ['stop', `${unit}.service`], { accept: [NOT_LOADED], limit: STOPPING });
      await run('systemctl', ['reset-failed', `${unit}.service`], { accept: [1, NOT_LOADED] });
    },
    async isLocked() {
      try {
        await readFile(LOCK);
      } catch (error) {
        if (isMissing(error)) return false;
      }
      const { exitCode } = await run('flock', ['--nonblock', LOCK, 'true'], { accept: [1] });
      return exitCode === 1;
    },
    failedUnits,
    guard: setGuard,
    async setProfile(path) {
      await run('nix-env', ['--profile', PROFILE, '--set', path]);
    },
  };
}

/**
 * Sets the guard anew before the one before is called off: there is no moment without one. It bears one of two names in
 * turn. One that has begun already is stopped halfway: whoever sets or calls it off switches once more.
 */
async function setGuard(path: string | undefined, seconds: number): Promise<void> {
  const set: string[] = [];
  for (const name of GUARDS) {
    const { ActiveState: active } = await showUnit(`${name}.timer`, ['ActiveState']);
    if (active === 'active') set.push(name);
  }
  const next = GUARDS.find((name) => !set.includes(name)) ?? GUARDS[0];
  if (path !== undefined) {
    await forget(next);
    await run('systemd-run', [
      `--unit=${next}`,
      '--no-ask-password',
      '--quiet',
      `--on-active=${Math.ceil(seconds)}`,
      '--timer-property=AccuracySec=1s',
      '--',
      `${path}/bin/switch-to-configuration`,
      'test',
    ]);
  }
  for (const name of GUARDS) if (path === undefined || name !== next) await forget(name);
}

async function forget(guard: string): Promise<void> {
  const units = [`${guard}.timer`, `${guard}.service`];
  await run('systemctl', ['stop', ...units], { accept: [NOT_LOADED], limit: STOPPING });
  await run('systemctl', ['reset-failed', ...units], { accept: [1, NOT_LOADED] });
}

/** The properties of a unit, as `systemctl show` prints them. */
export async function showUnit(unit: string, properties: readonly string[]): Promise<Record<string, string>> {
  const { stdout } = await run('systemctl', ['show', unit, `--property=${properties.join(',')}`]);
  const lines = stdout.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

const STATE = ['LoadState', 'ActiveState', 'SubState', 'Result', 'ExecMainStatus'];

async function unitState(unit: string): Promise<UnitState> {
  const shown = await showUnit(`${unit}.service`, STATE);
  const { ActiveState: active, SubState: sub } = shown;
  if (shown.LoadState === 'not-found' || active === 'inactive') return { state: 'absent' };
  if (active === 'failed' || sub === 'exited')
    return { state: 'ended', exitCode: exitCodeOf(shown), output: await logOf(unit) };
  return { state: 'running' };
}

function exitCodeOf({ Result: result, ExecMainStatus: status = '0' }: Record<string, string>): number {
  if (result === 'success') return 0;
  return result === 'exit-code' ? Number(status) : 128 + Number(status);
}

async function logOf(unit: string): Promise<string> {
  try {
    return (await readFile(`${LOGS}/${unit}.log`, 'utf8')).slice(-16_384);
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** Units that have failed, and services that systemd starts again and again since they end with an error. */
async function failedUnits(): Promise<readonly string[]> {
  const columns = ['--all', '--plain', '--no-legend', '--full', '--no-pager'];
  const { stdout } = await run('systemctl', ['list-units', ...columns, '--state=failed,auto-restart']);
  const failed: string[] = [];
  for (const line of stdout.split('\n')) {
    const [unit = '', , active, sub] = line.trim().split(/\s+/);
    if (unit === '' || unit.startsWith('hearth-activation') || unit.startsWith('hearth-boot-entry')) continue;
    if (unit.startsWith(GUARDS[0])) continue;
    if (active === 'failed' || (sub === 'auto-restart' && (await endsWithError(unit)))) failed.push(unit);
  }
  return failed;
}

async function endsWithError(unit: string): Promise<boolean> {
  const { Result: result } = await showUnit(unit, ['Result']);
  return result !== 'success';
}
