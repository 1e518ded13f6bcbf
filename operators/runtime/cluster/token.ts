import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';

/** How long a token is used before its file is read again; kubelet replaces it long before it expires. */
const REREAD_MS = 60_000;

/**
 * A bearer token in a file that is replaced as it is rotated. Returns a function that gives the token of now:
 * read again after a minute, or at once when the server has refused it.
 */
export function tokenFile(path: string, clock: Clock): (refused: boolean) => Promise<string> {
  let token = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return async (refused) => {
    if (refused || clock.monotonic() - readAt >= REREAD_MS) {
      token = (await readFile(path, 'utf8')).trim();
      readAt = clock.monotonic();
    }
    return token;
  };
}
