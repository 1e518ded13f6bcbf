import type { Clock } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import { type Asked, createAsking } from './asked.ts';
import { serveAdmission } from './endpoint.ts';

/** Where the webhook's credentials are mounted, and where it listens. */
export interface AdmissionPlace {
  readonly folder: string;
  readonly port: number;
}

/** Knows who asks, as long as it listens. */
export interface Listening {
  /** Undefined where nobody listens. */
  readonly asked: Asked | undefined;
  stop(): Promise<void>;
}

/**
 * Listens to who asks the API server for what, where there is a place for it. Without it all is recorded just the same,
 * under the names of field managers: so whatever goes wrong here is said, and no more.
 */
export async function listenToAsking(
  place: AdmissionPlace | undefined,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Listening> {
  const nobody = { asked: undefined, stop: async () => undefined };
  if (place === undefined) return nobody;
  const asking = createAsking(clock);
  try {
    const endpoint = await serveAdmission({ ...place, asking, clock, logger });
    return { asked: asking, stop: () => endpoint.close() };
  } catch (error) {
    logger.error(
      { error: safeMessage(error) },
      'the API server can’t say who asks: field managers are recorded',
    );
    return nobody;
  }
}
