import { readFile } from 'node:fs/promises';
import { isMissing } from '../../journal/durable-file.ts';
import type { Activation, UnitState } from '../system.ts';
import { run } from './run.ts';
import { forgetUnits, showUnit } from './units.ts';

/** What a unit said goes where only root reads, and is gone with the next start. */
const LOGS = '/run/hearth';
const PROFILE = '/nix/var/nix/profiles/system';
const LOCK = '/run/nixos/switch-to-configuration.lock';
/** What the agent itself has started: none of it belongs to a configuration. */
const OWN = ['hearth-activation', 'hearth-boot-entry', 'hearth-guard'];

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
    clear: (unit) => forgetUnits([`${unit}.service`]),
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
    async setProfile(path) {
      await run('nix-env', ['--profile', PROFILE, '--set', path]);
    },
  };
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
    if (unit === '' || OWN.some((own) => unit.startsWith(own))) continue;
    if (active === 'failed' || (sub === 'auto-restart' && (await endsWithError(unit)))) failed.push(unit);
  }
  return failed;
}

async function endsWithError(unit: string): Promise<boolean> {
  const { Result: result } = await showUnit(unit, ['Result']);
  return result !== 'success';
}
