import { Home } from '@hearth/domain';
import { ApiError, resourcePath, type Transport } from '@hearth/runtime';
import { type Clock, pause } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';

/** What of the Home the addresses of resources are made of. */
export interface HomeFacts {
  /** `https://hearth.home.arpa/`, with the port where it is not the usual one. */
  readonly base: string;
  /** PEM of the home's own authority, where it has one. */
  readonly authority?: string | undefined;
}

/** How often the Home is looked at, in milliseconds; more often until there is one. */
const OFTEN = 30_000;
const SOON = 1_000;

/** The Home, as it is now; undefined where there is none. */
async function readHome(
  transport: Pick<Transport, 'request'>,
  signal: AbortSignal,
): Promise<HomeFacts | undefined> {
  try {
    const path = resourcePath(Home, { name: 'home' });
    return factsOf(await transport.request<Home>({ method: 'GET', path, signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** What the Home says. */
export function factsOf({ spec, status }: Pick<Home, 'spec' | 'status'>): HomeFacts {
  const port = spec.httpsPort === 443 ? '' : `:${spec.httpsPort}`;
  return { base: `https://${spec.domain}${port}/`, authority: status?.certificateAuthority };
}

/** What looking at the Home needs. */
export interface HomeParts {
  readonly transport: Pick<Transport, 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Waits until there is a Home. @throws the signal's reason. */
export async function awaitHome(parts: HomeParts, signal: AbortSignal): Promise<HomeFacts> {
  for (;;) {
    const home = await lookAt(parts, signal);
    if (home !== undefined) return home;
    await pause(parts.clock, SOON, signal);
    signal.throwIfAborted();
  }
}

/** Resolves when the home has another address, or the signal was given. */
export async function awaitMove(
  parts: HomeParts,
  { base }: HomeFacts,
  signal: AbortSignal,
): Promise<HomeFacts | undefined> {
  for (;;) {
    await pause(parts.clock, OFTEN, signal);
    if (signal.aborted) return undefined;
    const home = await lookAt(parts, signal);
    if (home !== undefined && home.base !== base) return home;
  }
}

async function lookAt({ transport, logger }: HomeParts, signal: AbortSignal): Promise<HomeFacts | undefined> {
  try {
    return await readHome(transport, signal);
  } catch (error) {
    if (!signal.aborted)
      logger.warn({ error: safeMessage(error) }, 'the Home can’t be read; it is tried again');
    return undefined;
  }
}
