import { join } from 'node:path';
import { type Admission, admission } from '@hearth/domain/enrolment-api';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { z } from 'zod';
import { createWire, type Wire } from '../api/wire.ts';
import { readIfThere, replaceFile } from '../journal/durable-file.ts';
import type { EnrolmentClient } from './client.ts';
import type { Welcome } from './welcome.ts';

/** What lets the agent speak with the API server: kept on disk, so that it does so when NIO is not there. */
export interface Session {
  readonly machine: string;
  readonly namespace: string;
  readonly wire: Wire;
  /** Renews the token at two thirds of its life, until the signal is aborted. */
  keepFresh(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What opens a session. */
export interface SessionOptions {
  readonly state: string;
  readonly client: EnrolmentClient;
  /** Enrols the machine, and waits until somebody has approved it. */
  readonly welcome: Welcome;
  readonly clock: Clock;
  readonly logger: Logger;
}

const TOKEN_FILE = 'admission.json';
/** What the agent asks for; NIO's policy allows no more. */
const TOKEN_SECONDS = 86_400;
/** How much of its life a token is used for. */
const FRESH = 2 / 3;
const RETRY = { first: 2_000, longest: 300_000 };
/** Milliseconds between two admissions, whatever refuses the token. */
const READMISSION = 5_000;

const tokenAnswer = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.string() }),
});

/** A session with what was kept, or by being let in anew. Resolves when the machine is approved. */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { state, client, clock, logger } = options;
  const path = join(state, TOKEN_FILE);
  const kept = await readAdmission(path);
  let current = kept ?? (await options.welcome(signal));
  if (!kept) await replaceFile(path, JSON.stringify(current));
  // How old a token on disk is nobody can say by a clock that may be wrong: it is renewed soon.
  let renewAt = clock.monotonic() + (kept ? 60_000 * Math.random() : TOKEN_SECONDS * 1000 * FRESH);
  let lastAdmission = Number.NEGATIVE_INFINITY;
  let admitting: Promise<void> | undefined;

  const keep = async (next: Admission) => {
    current = next;
    renewAt = clock.monotonic() + TOKEN_SECONDS * 1000 * FRESH;
    await replaceFile(path, JSON.stringify(next));
  };
  /** A token that is refused has expired, or its account was made anew: the machine's key still lets it in. */
  const readmit = async () => {
    if (clock.monotonic() - lastAdmission < READMISSION) return;
    lastAdmission = clock.monotonic();
    logger.info({}, 'the token is refused; the machine asks NIO for another by its key');
    const next = await client.admit();
    if (!next) throw new Error('this machine is not approved any more');
    await keep(next);
  };
  const wire = createWire({
    server: current.apiServer,
    authority: current.authority,
    async token(refused) {
      if (refused) {
        admitting ??= readmit().finally(() => {
          admitting = undefined;
        });
        await admitting;
      }
      return current.token;
    },
  });

  return {
    machine: current.machine,
    namespace: current.namespace,
    wire,
    close: wire.close,
    async keepFresh(until) {
      let failures = 0;
      while (!until.aborted) {
        const left = renewAt - clock.monotonic();
        await pause(clock, left > 0 ? left : failures === 0 ? 0 : backoffDelay(failures, RETRY), until);
        if (until.aborted || clock.monotonic() < renewAt) continue;
        try {
          await keep({ ...current, ...(await renewed(wire, current)) });
          failures = 0;
        } catch (error) {
          failures++;
          logger.warn(
            { error },
            'the token can’t be renewed yet; the old one is used for as long as it lasts',
          );
        }
      }
    },
  };
}

async function readAdmission(path: string): Promise<Admission | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return admission.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
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
