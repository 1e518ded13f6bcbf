import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFile } from './durable-file.ts';
import { firstJournal, type Journal, parseJournal } from './journal.ts';
import { recoverJournal } from './recover.ts';

/** Where the journal is kept. */
export interface JournalStore {
  /** Undefined where there is none; its text where it can't be read. */
  read(): Promise<Journal | { readonly unreadable: string } | undefined>;
  /** Resolves when it is on the disk. */
  write(journal: Journal): Promise<void>;
}

/** The journal as a file of the agent's state folder. */
export function journalIn(folder: string): JournalStore {
  const path = join(folder, 'journal.json');
  const reserve = join(folder, 'reserve');
  return {
    async read() {
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      const journal = parseJournal(text);
      if (journal) return journal;
      // For who wants to know what happened. A disk that is full is no reason not to go on.
      await replaceFile(`${path}.unreadable`, text).catch(() => undefined);
      return { unreadable: text };
    },
    async write(journal) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const text = `${JSON.stringify(journal, undefined, 2)}\n`;
      try {
        await replaceFile(path, text);
        await keepReserve(reserve);
      } catch (error) {
        if (!isFull(error)) throw error;
        await rm(reserve, { force: true });
        await replaceFile(path, text);
      }
    },
  };
}

/** Bytes that are kept for when the disk is full: that an attempt failed for that has to be written down too. */
const RESERVE = 256 * 1024;

async function keepReserve(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  // Noise, since some file systems do not give room to zeros.
  if (there?.size !== RESERVE) await writeFile(path, randomBytes(RESERVE), { mode: 0o600 });
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

/** What the pins say, should the journal be lost: they are in another place, and hold what matters most. */
export interface Pinned {
  readonly golden: string | undefined;
  readonly knownGood: string | undefined;
}

/** The journal of a machine whose agent starts: as it was left, or made anew from what is pinned and what runs. */
export async function openJournal(store: JournalStore, pinned: Pinned, running: string): Promise<Journal> {
  const found = await store.read();
  if (found && !('unreadable' in found)) return found;
  const first = firstJournal(running);
  const made = {
    ...first,
    golden: pinned.golden ?? first.golden,
    knownGood: pinned.knownGood ?? first.knownGood,
  };
  const journal = found ? recoverJournal(found.unreadable, made, running) : made;
  await store.write(journal);
  return journal;
}
