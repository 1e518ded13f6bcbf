import { join } from 'node:path';
import { execa } from 'execa';

/** The operators as a process of their own, to be killed. */
export interface OperatorProcess {
  /** Ends it without a word (SIGKILL); resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it, if it does not run. */
  start(): void;
}

const program = join(import.meta.dirname, '../../operators/main.ts');

/**
 * An operator process that is not started yet. It logs to `folder`, and ends with this process, however that ends.
 * One that is alone need not be elected, so that it works as soon as it is started.
 */
export function createOperator(
  kubeconfig: string,
  folder: string,
  { alone = true }: { readonly alone?: boolean } = {},
): OperatorProcess {
  const log = { file: join(folder, 'operator.log'), append: true };
  const start = () =>
    execa(
      'setpriv',
      [
        '--pdeathsig=KILL',
        '--',
        process.execPath,
        program,
        '--kubeconfig',
        kubeconfig,
        alone ? '--no-leader-elect' : '--leader-elect',
        '--http-port=0',
      ],
      {
        // What one process has compiled, the next need not: a sweep starts hundreds.
        env: { POD_NAME: 'sweep', NODE_COMPILE_CACHE: join(folder, 'compiled') },
        reject: false,
        stdin: 'ignore',
        stdout: log,
        stderr: log,
      },
    );
  let running: ReturnType<typeof start> | undefined;
  const kill = async () => {
    running?.kill('SIGKILL');
    await running;
    running = undefined;
  };
  return {
    kill,
    start() {
      running ??= start();
    },
  };
}
