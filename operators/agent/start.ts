import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import { runAgent } from './agent.ts';
import { admissionIn } from './enrolment/admission-file.ts';
import { browseForNio } from './enrolment/browse.ts';
import { enrolmentClient, type Offer } from './enrolment/client.ts';
import { machineKey } from './enrolment/key.ts';
import { createLocator } from './enrolment/locate.ts';
import { nioPin } from './enrolment/pin.ts';
import { openSession } from './enrolment/session.ts';
import { createWelcome } from './enrolment/welcome.ts';
import type { Flags } from './flags.ts';
import { runInstaller } from './install/installer.ts';
import { journalIn } from './journal/store.ts';
import { createSelf, ownVersion } from './self.ts';
import { realSystem } from './system/real/real-system.ts';
import type { System } from './system/system.ts';

export { systemClock } from '@hearth/runtime/clock';
export { createLogger, safeMessage } from '@hearth/runtime/log';

/** What the process takes from outside. */
export interface ProcessSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shows something to whoever sits before the machine. */
  show(text: string): void;
}

/** In memory: files of configurations, and what is of this start of the machine alone. */
const MEMORY = '/run/hearth';
/** Seconds that units have to show that they stay up. */
const SETTLE = 5;

/** Runs the agent until the signal is aborted, or its successor has to go on. */
export async function startAgent(
  flags: Flags,
  { clock, logger, show }: ProcessSurroundings,
  signal: AbortSignal,
): Promise<string> {
  const { state, joinTokenFile } = flags;
  const [system, version, key] = [realSystem(), await ownVersion(), await machineKey(state)];
  const locator = createLocator({ state, given: flags.nio, browse: () => browseForNio(signal) });
  const pin = nioPin(state, flags.nioKey ?? (await locator.key()));
  const client = enrolmentClient(locator, key, pin);
  const mode = flags.install ? 'Installer' : 'System';
  const welcome = createWelcome({
    client,
    pin,
    clock,
    logger,
    joinTokenFile,
    show,
    offer: () => offerOf(system, mode, version),
  });
  const open = async (until: AbortSignal) => {
    const onStranger = () => leaving.abort();
    const kept = admissionIn(state);
    return openSession({ kept, client, welcome, clock, logger, onStranger }, until);
  };
  // Whoever is not known any more enrols anew, with its next start.
  const leaving = new AbortController();
  signal.addEventListener('abort', () => leaving.abort(signal.reason), { once: true });
  const shared = { system, client, clock, logger, version, open };
  if (flags.install) return runInstaller({ ...shared, state, show }, leaving.signal);
  return runAgent(
    {
      ...shared,
      journal: journalIn(state),
      filesFolder: MEMORY,
      settle: SETTLE,
      isReplaced: await createSelf(),
    },
    leaving.signal,
  );
}

/** What the machine says of itself to NIO. */
async function offerOf(system: System, mode: Offer['mode'], version: string): Promise<Offer> {
  const facts = await system.facts();
  if (mode === 'Installer') return { facts, mode, version };
  return { facts, mode, version, closure: (await system.standing()).running };
}
