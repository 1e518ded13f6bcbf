import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Usage, usageOf } from '../usage.ts';
import type { Order, Outcome, Seen } from './protocol.ts';

/** A sink in a process of its own. */
export interface Sink {
  /** Has something done, one thing at a time. Returns what came of it. @throws where it failed. */
  order(order: Order): Promise<{ readonly milliseconds: number; readonly body?: string }>;
  /** Calls back for each state that queries begin to see, with its resourceVersion and the time. */
  onSeen(listener: (seen: Seen) => void): void;
  usage(): Usage;
  stop(): Promise<void>;
}

/** What image and chart set. */
const AS_DEPLOYED = {
  NODE_ENV: 'production',
  NODE_COMPILE_CACHE: join(tmpdir(), 'hearth-event-sink-compile-cache'),
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=192',
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

const PROGRAM = new URL('./sink-process.ts', import.meta.url).pathname;

/** Starts a sink on a log in this file. */
export async function startSink(file: string): Promise<Sink> {
  const child = fork(PROGRAM, ['--file', file], { env: { ...process.env, ...AS_DEPLOYED } });
  const gone = new AbortController();
  child.once('exit', (code) => gone.abort(new Error(`the sink has ended with ${code}`)));
  let settle: ((outcome: Outcome) => void) | undefined;
  let hear: (seen: Seen) => void = () => undefined;
  child.on('message', (word: Outcome | Seen) => {
    if ('seen' in word) hear(word);
    else settle?.(word);
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;

  const order = async (what: Order) => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    settle = resolve;
    gone.signal.addEventListener('abort', () => reject(gone.signal.reason), { once: true });
    child.send(what);
    const outcome = await promise;
    if ('failure' in outcome) throw new Error(outcome.failure);
    return outcome;
  };
  return {
    order,
    onSeen(listener) {
      hear = listener;
    },
    usage: () => usageOf(pid),
    async stop() {
      if (gone.signal.aborted) return;
      const ended = once(child, 'exit');
      await order({ do: 'stop' });
      await ended;
    },
  };
}
