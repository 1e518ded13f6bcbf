import { createEngine, type Engine } from '../apply/engine.ts';
import type { Surroundings } from '../apply/surroundings.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/store.ts';
import type { Assignment, PreviewRequest } from '../system/system.ts';
import type { AutoClock } from './auto-clock.ts';
import { type FakeMachine, Killed } from './fake-machine.ts';

/** NIO and the network between, as far as they matter to an attempt. */
export interface FakeNio {
  readonly assignment: Assignment | undefined;
  readonly preview?: PreviewRequest | undefined;
  /** Whether it answers a machine that it hears. */
  readonly confirms: boolean;
}

/** How a life of an agent ended. */
export type Life = { readonly end: 'ended'; readonly journal: Journal } | { readonly end: 'killed' };

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Runs an agent until what was asked for has ended, or it is killed. */
export function live(
  machine: FakeMachine,
  clock: AutoClock,
  nio: () => FakeNio,
  /** Given what tells the agent once more what NIO wants. */
  onStart: (tell: () => void) => void = () => undefined,
): Promise<Life> {
  if (!machine.hasAgent()) {
    clock.advance(60);
    return Promise.resolve({ end: 'killed' });
  }
  const death = Promise.withResolvers<Life>();
  const ending = new AbortController();
  const around = surroundings(machine, clock, () => {
    ending.abort();
    death.resolve({ end: 'killed' });
  });
  return Promise.race([death.promise, untilEnded(machine, around, nio, ending, onStart)]);
}

async function untilEnded(
  machine: FakeMachine,
  around: Surroundings,
  nio: () => FakeNio,
  ending: AbortController,
  onStart: (tell: () => void) => void,
): Promise<Life> {
  const pinned = { golden: machine.pinned('golden'), knownGood: machine.pinned('known-good') };
  const first = await openJournal(around.journal, pinned, machine.running());
  await around.system.store.pin('golden', first.golden);
  await around.system.store.pin('known-good', first.knownGood);
  const isOver = (journal: Journal) => hasDone(nio(), journal);
  const engine: Engine = createEngine(first, around, {
    isReplaced: async () => false,
    silence: () => (machine.reachable() ? 0 : Number.POSITIVE_INFINITY),
    onStep: (journal) => {
      tell(engine, machine, nio(), journal);
      if (isOver(journal)) ending.abort();
    },
  });
  tell(engine, machine, nio(), first);
  onStart(() => tell(engine, machine, nio(), engine.journal()));
  if (!isOver(first)) await engine.run(ending.signal);
  return { end: 'ended', journal: engine.journal() };
}

/** Whether all that was asked for has come to its end. */
function hasDone({ assignment, preview: asked }: FakeNio, { attempt, preview }: Journal): boolean {
  const isMade = preview?.id === asked?.id && preview?.phase !== 'Building';
  if (!assignment) return asked !== undefined && isMade;
  return attempt?.stage === 'Ended' && attempt.id === assignment.id && isMade;
}

/** What the watch would say now. */
function tell(
  engine: Engine,
  machine: FakeMachine,
  { assignment, preview, confirms }: FakeNio,
  journal: Journal,
): void {
  if (!machine.reachable()) {
    engine.want({ known: false });
    return;
  }
  const nonce = journal.attempt?.nonce;
  const isHeard = confirms && nonce !== undefined && journal.attempt?.stage === 'Confirming';
  engine.want({
    known: true,
    assignment: assignment && { ...assignment, ...(isHeard ? { confirmed: nonce } : {}) },
    preview,
  });
}

/** What an attempt works with on such a machine. A death ends the process, whatever would have been done about an error. */
export function surroundings(machine: FakeMachine, clock: AutoClock, onDeath: () => void): Surroundings {
  const mortal = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'object' && value !== null) return mortal(value);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          try {
            return await Reflect.apply(value, target, args);
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            onDeath();
            // The dead do nothing any more.
            return new Promise(() => undefined);
          }
        };
      },
    });
  return {
    system: mortal(machine.system),
    journal: mortal(machine.journal),
    clock,
    logger: silent,
    settle: 5,
    machine: () => 'alpha',
    credentials: async () => undefined,
    deliver: async () => undefined,
    forgetFiles: async () => undefined,
  };
}
