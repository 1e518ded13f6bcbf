import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Usage, usageOf } from '../usage.ts';

/** A program that does the work which is compared. */
export interface Contender {
  readonly name: string;
  /** Whether it watches, so that more than its writes can be measured. */
  readonly watches: boolean;
  /** The binary and its first arguments; `--kubeconfig` and `--objects` are added. */
  readonly command: readonly [binary: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** A contender's process. */
export interface Running {
  /** When it was started (`performance.now()`). */
  readonly started: number;
  /** When it said that it had seen to every object; rejects when it ends before that. */
  readonly passed: Promise<number>;
  usage(): Usage;
  /** Rejects when the process ends by itself: to be raced against whatever is waited for. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts a contender. It is killed together with this process. */
export function start(contender: Contender, kubeconfig: string, objects: number): Running {
  const args = [...contender.command, '--kubeconfig', kubeconfig, '--objects', String(objects)];
  const started = performance.now();
  const child = execa('setpriv', ['--pdeathsig=KILL', '--', ...args], {
    reject: false,
    stdin: 'ignore',
    buffer: { stdout: false },
    env: { NODE_ENV: 'production', ...contender.env },
  });
  const passed = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'passed') passed.resolve(performance.now());
  });
  const failed = child.then(({ exitCode, stderr }) => {
    throw new Error(`${contender.name} ended (${exitCode}): ${stderr.slice(-2000)}`);
  });
  passed.promise.catch(() => undefined);
  failed.catch(passed.reject);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${contender.name} could not be started`);
  return {
    started,
    passed: passed.promise,
    failed,
    usage: () => usageOf(pid),
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([child, sleep(20_000, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await child;
    },
  };
}
