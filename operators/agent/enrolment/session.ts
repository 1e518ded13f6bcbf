import type { Admission } from '@hearth/domain/enrolment-api';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { z } from 'zod';
import { createWire, type Wire } from '../api/wire.ts';
import { type AdmissionFile, lifetime } from './admission-file.ts';
import type { EnrolmentClient } from './client.ts';
import { Refused } from './pinned-request.ts';
import type { Welcome } from './welcome.ts';

/** What lets the agent speak with the API server: kept on disk, so that it does so when NIO is not there. */
export interface Session {
  readonly machine: string;
  readonly namespace: string;
  readonly wire: Wire;
  /** Milliseconds since the API server last answered. */
  silence(): number;
  /** The API server can't be reached: it may have moved, or have another authority. NIO knows. */
  troubled(): void;
  /** Renews the token at two thirds of its life, until the signal is aborted. */
  keepFresh(signal: AbortSignal): Promise<void>;
  /** Ends every connection. What is asked later goes over new ones. */
  close(): void;
}

/** What opens a session. */
export interface SessionOptions {
  readonly kept: AdmissionFile;
  readonly client: Pick<EnrolmentClient, 'admit'>;
  /** Enrols the machine, and waits until somebody has approved it. */
  readonly welcome: Welcome;
  readonly clock: Clock;
  readonly logger: Logger;
  /** NIO does not know this machine any more: it has to enrol anew, and may get another name. */
  onStranger(): void;
}

/** What the agent asks for; NIO's policy allows no more. */
const TOKEN_SECONDS = 86_400;
/** How much of its life a token is used for. */
const FRESH = 2 / 3;
const RETRY = { first: 2_000, longest: 300_000 };
/** Milliseconds between two admissions: because a token is refused, and because the API server is not there. */
const REFUSED = 5_000;
const TROUBLED = 60_000;

const tokenAnswer = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.string() }),
});

/** A session with what was kept, or by being let in anew. Resolves when the machine is approved. */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { kept, clock, logger } = options;
  const found = await kept.read();
  let current = found ?? (await options.welcome(signal));
  const dueAfter = ({ token }: Admission) =>
    clock.monotonic() + FRESH * (lifetime(token) ?? TOKEN_SECONDS * 1000);
  const keep = async (next: Admission) => {
    current = next;
    renewAt = dueAfter(next);
    // Without it the machine is let in anew after its next start: no reason not to go on.
    await kept.write(next).catch((error: unknown) => logger.warn({ error }, 'the admission can’t be kept'));
  };
  // How old a token on disk is, a clock that may be wrong can't say: it is renewed soon.
  let renewAt = clock.monotonic() + 30_000 * (1 + Math.random());
  if (!found) await keep(current);
  const readmit = createReadmission(options, keep);
  const wire = createWire({
    where: () => ({ server: current.apiServer, authority: current.authority }),
    async token(refused) {
      if (refused) await readmit(REFUSED);
      return current.token;
    },
  });
  const renew = async () => keep({ ...current, ...(await renewed(wire, current)) });

  return {
    machine: current.machine,
    namespace: current.namespace,
    wire,
    silence: wire.silence,
    close: wire.close,
    troubled() {
      readmit(TROUBLED).catch((error: unknown) => logger.debug({ error }, 'NIO can’t be asked either'));
    },
    keepFresh: (until) => keepFresh({ due: () => renewAt, renew, clock, logger }, until),
  };
}

/** What is renewed, and when next, on the clock's own count. */
interface Renewal {
  due(): number;
  renew(): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

async function keepFresh({ due, renew, clock, logger }: Renewal, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    await pause(
      clock,
      Math.max(due() - clock.monotonic(), failures && backoffDelay(failures, RETRY)),
      signal,
    );
    if (signal.aborted || clock.monotonic() < due()) continue;
    failures = await renew().then(
      () => 0,
      (error: unknown) => {
        logger.warn({ error }, 'the token can’t be renewed yet; the old one is used while it lasts');
        return failures + 1;
      },
    );
  }
}

/** Being let in again by the machine's key: one at a time, and not too often. */
function createReadmission(
  { client, kept, clock, logger, onStranger }: SessionOptions,
  keep: (admission: Admission) => Promise<void>,
): (least: number) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  const readmit = async () => {
    last = clock.monotonic();
    logger.info({}, 'the machine asks NIO by its key to be let in again');
    try {
      const next = await client.admit();
      if (!next) throw new Error('this machine is not approved any more');
      await keep(next);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) {
        await kept.forget();
        onStranger();
      }
      throw error;
    }
  };
  return async (least) => {
    if (!running && clock.monotonic() - last < least) return;
    running ??= readmit().finally(() => {
      running = undefined;
    });
    await running;
  };
}

/** A token for the account itself: that much it may. */
async function renewed(wire: Wire, { namespace, machine }: Admission) {
  const answer = await wire.request<unknown>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/machine-${machine}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: TOKEN_SECONDS },
    },
  });
  const { token, expirationTimestamp } = tokenAnswer.parse(answer).status;
  return { token, expires: expirationTimestamp };
}
