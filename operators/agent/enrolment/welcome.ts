import type { Admission } from '@hearth/domain/enrolment-api';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { readIfThere } from '../journal/durable-file.ts';
import type { EnrolmentClient, Offer } from './client.ts';
import { AnotherKey, Refused } from './pinned-request.ts';

/** Enrols, and waits to be approved. Never gives up but when the signal is aborted. */
export type Welcome = (signal: AbortSignal) => Promise<Admission>;

/** What a machine brings. */
export interface WelcomeOptions {
  readonly client: EnrolmentClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the machine says of itself; asked anew each time. */
  offer(): Promise<Offer>;
  readonly joinTokenFile: string | undefined;
  /** Where a person sees it. */
  show(text: string): void;
}

const RETRY = { first: 2_000, longest: 60_000 };
/** Milliseconds between two questions whether it is approved. */
const ASKING = 5_000;

/** The way into the home. */
export function createWelcome(options: WelcomeOptions): Welcome {
  const { clock, logger, show } = options;
  let shown = '';
  const say = (text: string) => {
    if (text !== shown) show(text);
    shown = text;
  };
  const tried = (signal: AbortSignal) =>
    attempt(options, say).catch((error: unknown) => {
      signal.throwIfAborted();
      // It will not become another by asking again, but a person may mend it.
      if (error instanceof AnotherKey || error instanceof Refused) say(error.message);
      logger.warn({ error }, 'NIO does not let this machine in yet');
      return 'failed' as const;
    });
  return async (signal) => {
    for (let failures = 0; ; ) {
      signal.throwIfAborted();
      const admitted = await tried(signal);
      if (admitted && admitted !== 'failed') return admitted;
      failures = admitted === 'failed' ? failures + 1 : 0;
      const delay = failures > 0 ? backoffDelay(failures, RETRY) : ASKING * (0.8 + Math.random() * 0.4);
      await pause(clock, delay, signal);
    }
  };
}

/** One try: a machine that NIO knows asks to be let in, and only one that it does not know enrols. */
async function attempt({ client, offer, joinTokenFile }: WelcomeOptions, say: (text: string) => void) {
  const token = joinTokenFile === undefined ? undefined : await joinToken(joinTokenFile);
  const standing = await client.enrol({ ...(await offer()), ...(token ? { joinToken: token } : {}) });
  const code = await client.pairingCode();
  if (code !== standing.pairingCode)
    throw new Error('NIO and this machine do not come to the same pairing code: somebody is in between');
  if (!standing.approved) say(invitation(standing.machine, code));
  return client.admit();
}

function invitation(machine: string, code: string): string {
  return [
    `This machine waits to be taken in as ${machine}.`,
    `  Pairing code: ${code}`,
    `  kiko machine approve ${machine} --code ${code}`,
  ].join('\n');
}

/** It need not be there: it is of use once, and a person may do instead. */
async function joinToken(path: string): Promise<string | undefined> {
  try {
    return (await readIfThere(path))?.trim() || undefined;
  } catch (error) {
    throw new Error(`the join token can’t be read from ${path}`, { cause: error });
  }
}
