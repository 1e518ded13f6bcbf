import type { AgentStatus, MachineFacts } from '@hearth/domain/schema/machine';
import { backoffDelay } from '@hearth/runtime/backoff';
import { abortWith, type Clock, pause } from '@hearth/runtime/clock';
import { Unreachable } from '@hearth/runtime/cluster/errors';
import type { Logger } from '@hearth/runtime/log';
import { createEngine, type Engine } from './apply/engine.ts';
import type { Surroundings } from './apply/surroundings.ts';
import { driftOf, driftStatus } from './drift/correct.ts';
import type { EnrolmentClient } from './enrolment/client.ts';
import { isClockError, keepClock } from './enrolment/clock.ts';
import type { Session } from './enrolment/session.ts';
import { deliver, forgetFiles } from './files/deliver.ts';
import { credentialsIn, readOwnSecret } from './files/secret.ts';
import { underWay } from './journal/journal.ts';
import { type JournalStore, openJournal } from './journal/store.ts';
import type { System } from './system/system.ts';
import { agentStatusOf } from './watch/agent-status.ts';
import { createHeart } from './watch/heartbeat.ts';
import { createWatching, type Watching } from './watch/own-machine.ts';
import { createStatusWriter, type StatusWriter } from './watch/status-writer.ts';

/** What an agent of a machine with a system works with. */
export interface AgentOptions {
  readonly system: System;
  readonly journal: JournalStore;
  readonly client: EnrolmentClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Where files are delivered to; in memory. */
  readonly filesFolder: string;
  readonly settle: number;
  /** Lets the machine in; the engine works meanwhile. */
  open(signal: AbortSignal): Promise<Session>;
  isReplaced(): Promise<boolean>;
}

/** Milliseconds between two looks at what the machine says of itself. */
const LOOKING = 60_000;
/** Before it begins anew to speak with the home. */
const TALKING = { first: 2_000, longest: 60_000 };

/**
 * Keeps a machine on what is assigned to it. It goes on with what it was about before it knows whether anybody can be
 * reached: an apply that was cut off is brought to its end, or back.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<'stopped' | 'replaced'> {
  const { system, logger } = options;
  const ending = new AbortController();
  const letGo = abortWith(ending, signal);
  const session = deferredSession();
  const around = surroundings(options, session);
  const first = await openJournal(options.journal, await pins(system), (await system.standing()).running);
  // It may be of an attempt that nobody knows of any more.
  if (!underWay(first))
    await system.guard
      .callOff()
      .catch((error: unknown) => logger.warn({ error }, 'a guard can’t be called off'));
  await system.store.pin('golden', first.golden);
  await system.store.pin('known-good', first.knownGood);
  const reporting: { report: () => void } = { report: () => undefined };
  const engine = createEngine(first, around, {
    onStep: () => reporting.report(),
    isReplaced: options.isReplaced,
    silence: () => session.silence() / 1000,
  });
  const talking = keepTalking(options, engine, session, reporting, ending.signal);
  try {
    return await engine.run(signal);
  } finally {
    ending.abort();
    letGo();
    await talking;
  }
}

async function pins({ store }: System) {
  const [golden, knownGood] = await Promise.all([store.pinned('golden'), store.pinned('known-good')]);
  return { golden, knownGood };
}

/** A session that is there once the machine is let in. */
function deferredSession() {
  let current: Session | undefined;
  return {
    set: (session: Session) => {
      current = session;
    },
    silence: () => current?.silence() ?? Number.POSITIVE_INFINITY,
    need(): Session {
      if (!current) throw new Error('this machine has not been let in yet');
      return current;
    },
  };
}

type Deferred = ReturnType<typeof deferredSession>;

function surroundings(options: AgentOptions, session: Deferred): Surroundings {
  const { system, clock, logger, journal, settle, filesFolder } = options;
  const contents = () => {
    const { wire, namespace, machine } = session.need();
    return readOwnSecret(wire, namespace, machine);
  };
  return {
    system,
    clock,
    logger,
    journal,
    settle,
    machine: () => session.need().machine,
    credentials: async () => credentialsIn(await contents()),
    deliver: (files) => deliver(files, { folder: filesFolder, contents }),
    forgetFiles: (kept) => forgetFiles(filesFolder, kept),
  };
}

/** Begins again for as long as the agent lives: a machine whose agent is deaf is as good as lost. */
async function keepTalking(
  options: AgentOptions,
  engine: Engine,
  deferred: Deferred,
  reporting: { report: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger } = options;
  for (let failures = 1; !signal.aborted; failures++) {
    const ending = new AbortController();
    const letGo = abortWith(ending, signal);
    await talk(options, engine, deferred, reporting, ending.signal).catch((error: unknown) => {
      if (!signal.aborted) logger.error({ error }, 'the agent can’t speak with the home; it begins again');
    });
    // What is left of it ends with it.
    ending.abort();
    letGo();
    await pause(clock, backoffDelay(failures, TALKING), signal);
  }
}

/** Everything between the machine and the API: it never holds up what the engine does. */
async function talk(
  options: AgentOptions,
  engine: Engine,
  deferred: Deferred,
  reporting: { report: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger, client, system } = options;
  void keepClock({ client, system, clock, logger });
  const session = await options.open(signal);
  deferred.set(session);
  engine.wake();
  const { wire, namespace, machine } = session;
  const shared = { wire, namespace, machine, clock, logger };
  const writer = createStatusWriter(shared);
  const reporter = createReporter(options, engine, writer.say);
  const heart = createHeart({ ...shared, isWaiting: () => engine.journal().attempt?.stage === 'Confirming' });
  const watching = ownMachine(options, engine, session, writer);
  reporting.report = onceAsked(engine, watching.anew, () => {
    reporter.soon();
    heart.wake();
  });
  try {
    await Promise.all([
      watching.run(signal),
      writer.run(signal),
      heart.run(signal),
      session.keepFresh(signal),
      reporter.run(signal),
    ]);
  } finally {
    session.close();
  }
}

/** The watch of what NIO wants of this machine. */
function ownMachine(
  { client, system, clock, logger }: AgentOptions,
  engine: Engine,
  session: Session,
  writer: StatusWriter,
): Watching {
  const { wire, namespace, machine } = session;
  return createWatching(
    {
      wire,
      namespace,
      name: machine,
      clock,
      logger,
      onMachine(own) {
        writer.seen(own?.status?.agent);
        engine.want({ known: true, assignment: own?.spec.assignment, preview: own?.spec.preview });
      },
      onError: (error) => {
        if (isClockError(error)) void keepClock({ client, system, clock, logger });
        else if (error instanceof Unreachable) session.troubled();
      },
    },
    session.close,
  );
}

/**
 * What is reported of a machine that asks to be confirmed, and the answer, go over connections that the system on trial
 * has made: those from before it live on where no new one could be made.
 */
function onceAsked(engine: Engine, reconnect: () => void, report: () => void): () => void {
  let asked: string | undefined;
  return () => {
    const nonce = engine.journal().attempt?.nonce;
    if (nonce !== undefined && nonce !== asked) reconnect();
    asked = nonce;
    report();
  };
}

/** Makes the status anew whenever something happened, and once in a while. */
function createReporter(
  { system, clock, logger, version }: AgentOptions,
  engine: Engine,
  say: (status: AgentStatus) => void,
) {
  let facts: MachineFacts | undefined;
  let drift: AgentStatus['drift'];
  let running: Promise<void> = Promise.resolve();
  const report = async () => {
    facts ??= await system.facts();
    const [standing, journal] = [await system.standing(), engine.journal()];
    const isQuiet = journal.attempt === undefined || journal.attempt.stage === 'Ended';
    drift = driftStatus(isQuiet ? driftOf(journal, standing) : undefined, drift, clock.now());
    say(agentStatusOf({ version, mode: 'System', facts, standing, journal, drift }));
  };
  const soon = () => {
    running = running
      .then(report)
      .catch((error: unknown) => logger.warn({ error }, 'the machine can’t be looked at'));
  };
  return {
    soon,
    async run(signal: AbortSignal) {
      while (!signal.aborted) {
        facts = undefined;
        soon();
        await pause(clock, LOOKING * (0.9 + Math.random() * 0.2), signal);
      }
    },
  };
}
