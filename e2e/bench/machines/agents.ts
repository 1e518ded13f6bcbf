import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a process of simulated machines tells. Times are milliseconds since 1970. */
export interface Told {
  /** How often the agents asked the API server, since they began. */
  readonly requests: number;
  readonly machines: readonly {
    readonly name: string;
    /** The commit that it was told last. */
    readonly runs: string | undefined;
    readonly begunAt: number | undefined;
    readonly doneAt: number | undefined;
  }[];
}

/** Simulated machines, in processes of their own: NIO does not share a thread with them. */
export interface Agents {
  /** All machines, and the sum of what they asked. */
  ask(): Promise<Told>;
  close(): void;
}

/** So many machines share a process. */
const TOGETHER = 250;

/** Starts the agents of these Machines; resolves when each has come in. */
export async function startAgents(
  kubeconfig: string,
  names: readonly string[],
  pace: number,
): Promise<Agents> {
  const groups = Array.from({ length: Math.ceil(names.length / TOGETHER) }, (_, at) =>
    names.slice(at * TOGETHER, (at + 1) * TOGETHER),
  );
  const processes = groups.map(() =>
    fork(join(import.meta.dirname, 'agents-process.ts'), { env: process.env }),
  );
  const close = () => {
    for (const each of processes) each.kill();
  };
  try {
    await Promise.all(
      processes.map((each, at) => answer(each, { kubeconfig, pace, names: groups[at] ?? [] })),
    );
  } catch (error) {
    close();
    throw error;
  }
  return {
    close,
    async ask() {
      const told = await Promise.all(processes.map((each) => answer(each, 'tell')));
      return {
        requests: told.reduce((sum, { requests }) => sum + requests, 0),
        machines: told.flatMap(({ machines }) => machines),
      };
    },
  };
}

async function answer(child: ChildProcess, question: object | string): Promise<Told> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process of simulated machines has ended');
  });
  child.send(question);
  const [told] = await Promise.race([once(child, 'message'), ended]);
  return told;
}
