import { Home } from '@hearth/domain';
import { ApiError, resourcePath, type Transport } from '@hearth/runtime';
import { type Clock, pause } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';

/** What of the Home the addresses of resources are made of, and by what people who sign in are reached. */
export interface HomeFacts {
  /** `https://hearth.home.arpa/`, with the port where it is not the usual one. */
  readonly base: string;
  /** PEM of the home's own authority, where it has one. */
  readonly authority: string | undefined;
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

/** What of the Home was taken up. */
export interface TakenUp extends HomeFacts {
  /** Whether people sign in: only then does the authority matter. */
  readonly signsIn: boolean;
}

/** Resolves with why what was taken up is no longer so; with undefined when the signal was given. */
export async function awaitMove(
  parts: HomeParts,
  known: TakenUp,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    await pause(parts.clock, OFTEN, signal);
    if (signal.aborted) return undefined;
    const because = moveTo(await lookAt(parts, signal), known);
    if (because !== undefined) return because;
  }
}

function moveTo(home: HomeFacts | undefined, known: TakenUp): string | undefined {
  if (home === undefined) return undefined;
  if (home.base !== known.base) return 'the home has another address';
  return known.signsIn && home.authority !== known.authority ? 'the home has another authority' : undefined;
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
