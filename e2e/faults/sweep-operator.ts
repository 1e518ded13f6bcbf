import { join } from 'node:path';
import { execa } from 'execa';

/** The operators as a process of their own, to be killed. */
export interface OperatorProcess {
  /** Ends it without a word (SIGKILL); resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it, if it does not run. */
  start(): void;
  /** Its id while it runs; undefined where it was not started or has ended, even by itself. */
  pid(): number | undefined;
}

/** How an operator process is run. */
export interface OperatorProcessOptions {
  /** One that is alone need not be elected, so that it works as soon as it is started. True if not given. */
  readonly alone?: boolean;
  /** Where it serves its metrics; on any free port if not given. */
  readonly httpPort?: number;
  /** The slices that it runs; `app` if not given. */
  readonly controllers?: string;
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
}

const program = join(import.meta.dirname, '../../operators/main.ts');

/** An operator process that is not started yet. It logs to `folder`, and ends with this process, however that ends. */
export function createOperator(
  kubeconfig: string,
  folder: string,
  { alone = true, httpPort = 0, controllers = 'app', env = {} }: OperatorProcessOptions = {},
): OperatorProcess {
  const log = { file: join(folder, 'operator.log'), append: true };
  const flags = [
    `--controllers=${controllers}`,
    '--enrolment-port=0',
    `--kubeconfig=${kubeconfig}`,
    alone ? '--no-leader-elect' : '--leader-elect',
    `--http-port=${httpPort}`,
  ];
  const start = () =>
    execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, program, ...flags], {
      // What one process has compiled, the next need not: a sweep starts hundreds.
      env: { POD_NAME: 'sweep', NODE_COMPILE_CACHE: join(folder, 'compiled'), ...env },
      reject: false,
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    });
  let running: ReturnType<typeof start> | undefined;
  let pid: number | undefined;
  const kill = async () => {
    running?.kill('SIGKILL');
    await running;
    running = undefined;
  };
  return {
    kill,
    start() {
      if (running) return;
      running = start();
      pid = running.pid;
      void running.then(() => {
        pid = undefined;
      });
    },
    pid: () => pid,
  };
}
