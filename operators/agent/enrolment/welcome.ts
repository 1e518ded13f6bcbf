import { type Admission, parseJoinToken } from '@hearth/domain/enrolment-api';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { readIfThere } from '../journal/durable-file.ts';
import type { EnrolmentClient, Offer } from './client.ts';
import type { NioPin } from './pin.ts';
import { AnotherKey, Refused } from './pinned-request.ts';

/** Enrols, and waits to be approved. Never gives up but when the signal is aborted. */
export type Welcome = (signal: AbortSignal) => Promise<Admission>;

/** What a machine brings. */
export interface WelcomeOptions {
  readonly client: EnrolmentClient;
  readonly pin: Pick<NioPin, 'vouch' | 'isVouched'>;
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

const WITHHELD =
  'The join token of this machine is kept back: nobody says which key the home’s NIO has, so whoever answers could be a ' +
  'stranger. Give it as kiko machine token prints it, with the key, or start the machine with --nio-key or hearth.nio-key.';

/** One try: a machine that NIO knows asks to be let in, and only one that it does not know enrols. */
async function attempt({ client, pin, offer, joinTokenFile }: WelcomeOptions, say: (text: string) => void) {
  const shown = joinTokenFile === undefined ? undefined : await joinToken(joinTokenFile);
  if (shown?.nioKey !== undefined && !pin.isVouched()) pin.vouch(shown.nioKey);
  const token = pin.isVouched() && shown ? { joinToken: shown.token } : {};
  const standing = await client.enrol({ ...(await offer()), ...token });
  const code = await client.pairingCode();
  if (code !== standing.pairingCode)
    throw new Error('NIO and this machine do not come to the same pairing code: somebody is in between');
  const remark = shown && !pin.isVouched() ? WITHHELD : standing.remark;
  if (!standing.approved) say(invitation(standing.machine, code, remark));
  return client.admit();
}

function invitation(machine: string, code: string, remark: string | undefined): string {
  return [
    ...(remark === undefined ? [] : [remark]),
    `This machine waits to be taken in as ${machine}.`,
    `  Pairing code: ${code}`,
    `  kiko machine approve ${machine} --code ${code}`,
  ].join('\n');
}

/** It need not be there: it is of use once, and a person may do instead. */
async function joinToken(path: string): Promise<ReturnType<typeof parseJoinToken> | undefined> {
  try {
    const text = (await readIfThere(path))?.trim();
    return text ? parseJoinToken(text) : undefined;
  } catch (error) {
    throw new Error(`the join token can’t be read from ${path}`, { cause: error });
  }
}
