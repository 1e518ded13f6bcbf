import type { MachinePreview } from '@hearth/domain/schema/machine';
import type { Journal } from '../journal/journal.ts';
import { isRevision } from '../system/system.ts';
import type { Preview } from './next.ts';
import { refusal } from './preflight.ts';
import { compare } from './steps-before.ts';
import type { Surroundings } from './surroundings.ts';

/** What is found on the way, and told whatever comes of it. */
type Found = Pick<MachinePreview, 'revision' | 'narHash' | 'closure' | 'diff'>;

/**
 * Builds a system and compares it with what runs; nothing of the machine is changed. What was begun is written down, so
 * whoever finds it begins again.
 */
export async function preview(
  journal: Journal,
  asked: Preview,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Journal> {
  const { logger, system } = around;
  const found: Found = {};
  const told = (phase: MachinePreview['phase'], message: string): Journal => ({
    ...journal,
    preview: { id: asked.id, phase, message: message.slice(0, 1024), ...found },
  });
  if (journal.preview?.id !== asked.id)
    await around.journal.write(told('Building', 'It is built, to be compared with what runs.'));
  try {
    const why = await look(asked, found, around, signal);
    return why === undefined
      ? told('Done', 'It was built and compared; nothing was changed.')
      : told('Failed', `It could not be applied: ${why}.`);
  } catch (error) {
    if (signal.aborted) throw error;
    // Nothing depends on it: it is not tried again for as long as nobody asks again.
    logger.warn({ error, id: asked.id }, 'a preview can’t be made');
    return told('Failed', `It could not be made: ${sentenceOf(error)}${withheld(asked, found)}.`);
  } finally {
    await system.store
      .pin('pending', undefined)
      .catch((error: unknown) => logger.warn({ error }, 'what was only looked at is kept in the store'));
  }
}

/** The journal without what nobody asks for any more. */
export function forgetPreview({ preview: _, ...journal }: Journal): Journal {
  return journal;
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why a repository that is private may have refused. */
const withheld = ({ credentials }: Preview, { narHash }: Found): string =>
  credentials || narHash !== undefined
    ? ''
    : '; it was asked for without credentials, which a machine has for the repository of its assignment alone';

/** Notes what the system is, and what it changes. @returns why it would be refused, if it would be. */
async function look(
  { flake, credentials }: Preview,
  found: Found,
  around: Surroundings,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { store } = around.system;
  const secret = credentials ? await around.credentials() : undefined;
  const fetched = await store.fetch(flake, secret, signal);
  if (isRevision(fetched.revision)) found.revision = fetched.revision;
  found.narHash = fetched.narHash;
  if (flake.narHash !== undefined && flake.narHash !== fetched.narHash)
    return `the flake is not what it should be: its narHash is ${fetched.narHash}`;
  found.closure = await store.build(fetched.reference, flake.attribute ?? around.machine(), secret, signal);
  found.diff = await compare(found.closure, around);
  const refused = refusal({
    room: await store.room(found.closure),
    // Whoever switches now will be through by the time that it is applied.
    isLocked: false,
    missingUnit: await around.system.missingUnit(found.closure),
  });
  return refused?.message;
}
