import { readFile } from 'node:fs/promises';
import { isMissing } from './journal/durable-file.ts';

/** The unit that this process is of, as the system that runs has it. */
const UNIT = '/run/current-system/etc/systemd/system/hearth-agent.service';

/**
 * Whether the system that runs has another agent than the one that was started: systemd starts that as soon as this one
 * ends. It is the new one that has to prove that the machine can be reached with it.
 */
export async function createSelf(): Promise<() => Promise<boolean>> {
  const own = await unitText();
  return async () => {
    const now = await unitText();
    return own !== undefined && now !== undefined && now !== own;
  };
}

/** The unit file; undefined where there is none, or a link to nothing: who would start a successor then? */
async function unitText(): Promise<string | undefined> {
  try {
    return (await readFile(UNIT, 'utf8')) || undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The version of the agent. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}
