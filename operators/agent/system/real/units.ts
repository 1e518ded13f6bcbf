import { run } from './run.ts';

/** systemctl’s exit code for a unit that it does not know. */
const NOT_LOADED = 5;
/** Milliseconds: a unit is asked to end, then killed. */
const STOPPING = 120_000;

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

/** Ends units that run, and has systemd forget that they failed. Those that it does not know are none the worse. */
export async function forgetUnits(units: readonly string[]): Promise<void> {
  await run('systemctl', ['stop', ...units], { accept: [NOT_LOADED], limit: STOPPING });
  await run('systemctl', ['reset-failed', ...units], { accept: [1, NOT_LOADED] });
}
