import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, pause } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';

/** By what the endpoint is known to the API server, and the API server to the endpoint. */
export interface Credentials {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Only who can read the webhook's configuration, and the API server, know the path that ends in it. */
  readonly token: string;
}

/** How often is looked whether they are others, in milliseconds. */
const OFTEN = 30_000;
/** Shorter, it could be tried. */
const SHORTEST_TOKEN = 32;

/** Reads them from where their Secret is mounted. @throws without saying anything of what they hold. */
export async function readCredentials(folder: string): Promise<Credentials> {
  const read = (name: string) =>
    readFile(join(folder, name), 'utf8').catch(() => {
      throw new Error(
        `${join(folder, name)} can’t be read: is the Secret of the admission webhook mounted there?`,
      );
    });
  const [cert, key, token] = await Promise.all([read('tls.crt'), read('tls.key'), read('token')]);
  if (token.length < SHORTEST_TOKEN)
    throw new Error(`${join(folder, 'token')} has less than ${SHORTEST_TOKEN} characters`);
  return { cert, key, token };
}

/** Hands on the credentials each time that they are others, until the signal is given. */
export async function followCredentials(
  folder: string,
  known: Credentials,
  take: (credentials: Credentials) => void,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  let last = known;
  for (;;) {
    await pause(clock, OFTEN, signal);
    if (signal.aborted) return;
    try {
      const now = await readCredentials(folder);
      if (isDeepStrictEqual(now, last)) continue;
      take(now);
      last = now;
    } catch (error) {
      logger.warn({ error: safeMessage(error) }, 'the webhook goes on with the certificate that it had');
    }
  }
}
