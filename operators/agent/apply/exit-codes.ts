import { lastLines } from '../system/system.ts';
import type { Failure } from './next.ts';

/** What an exit code of switch-to-configuration means for the attempt. */
export type Judged =
  | { readonly result: 'active' }
  /** Nothing was changed; it can only be started with. */
  | { readonly result: 'restart' }
  | { readonly result: 'failed'; readonly failure: Failure };

/**
 * The exit codes of `switch-to-configuration test` (nixpkgs, switch-to-configuration-ng, `src/main.rs`):
 *
 * - 0: the system is the running one.
 * - 1: it gave up: another switch holds the lock, the pre-switch check refused, the boot loader could not be written,
 *   this is no NixOS. Mostly before anything was changed.
 * - 2: the activation script failed; units were switched all the same.
 * - 4: a unit could not be stopped, reloaded or started, or the units of a user; overrides 2.
 * - 100: its init has another interface than the one that runs: nothing was activated, only a restart can do it.
 */
export function judgeActivation(exitCode: number, output: string): Judged {
  const said = lastLines(output);
  const because = said === '' ? '' : ` (${said})`;
  const failed = (message: string, fault: Failure['fault']): Judged => ({
    result: 'failed',
    failure: { message: `${message}${because}`, fault },
  });
  switch (exitCode) {
    case 0:
      return { result: 'active' };
    case 100:
      return { result: 'restart' };
    case 2:
      return failed('its activation script failed', 'Configuration');
    case 4:
      // It lives, since it reads this: it was ended meanwhile, and has yet to prove that the machine can be reached.
      if (isAgentAlone(output)) return { result: 'active' };
      return failed('some of its units do not start', 'Configuration');
    default:
      if (/could not acquire lock/i.test(output)) return failed('another switch holds the lock', 'Machine');
      return failed(
        `switching to it ended with exit code ${exitCode}`,
        isShortage(output) ? 'Machine' : 'Configuration',
      );
  }
}

/** Whether the agent’s own unit is the only one of which switch-to-configuration says that it failed. */
function isAgentAlone(output: string): boolean {
  const failed = /the following units failed: (.+)$/m.exec(output)?.[1];
  return failed?.trim() === 'hearth-agent.service';
}

/** Whether an output complains of the machine, not of what it was to do: it has no room left. */
export function isShortage(output: string): boolean {
  return /no space left on device|disk quota exceeded|database or disk is full|cannot allocate memory|out of memory/i.test(
    output,
  );
}

/** Whether an output complains of the network. */
export function isOffline(output: string): boolean {
  return /could not resolve|connection refused|network is unreachable|connection timed out|unable to download|failed to connect|temporary failure/i.test(
    output,
  );
}
