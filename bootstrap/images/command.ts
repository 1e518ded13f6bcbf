import { execa } from 'execa';
import { Failure } from '../failure.ts';

/** How a long command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of each line that the command prints. */
  onLine?(line: string): void;
}

/** How many of the last lines an error repeats. */
const TAIL = 15;

/**
 * Runs a command to its end, reporting what it prints as it prints it.
 *
 * @throws Failure with the command's last lines.
 */
export async function runTold(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<void> {
  const { cwd, env = {}, onLine } = options;
  const place = cwd === undefined ? {} : { cwd };
  const running = execa(command, args, {
    ...place,
    env,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  });
  const tail: string[] = [];
  for await (const line of running.iterable({ from: 'all' })) {
    tail.push(line);
    if (tail.length > TAIL) tail.shift();
    onLine?.(line);
  }
  const { failed, shortMessage } = await running;
  if (failed) throw new Failure([shortMessage, ...tail].join('\n'));
}

/**
 * Runs a command that mounts file systems or leaves helpers behind, so that nothing of it outlives this process.
 *
 * It gets a mount and a process namespace of its own, and dies with this process even by SIGKILL; the kernel then
 * ends every process in there and drops every mount, which no clean-up code could promise.
 *
 * @throws Failure with the command's last lines, or when this is not root's process.
 */
export async function runContained(
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Failure(`Building images runs ${command}, which needs root.`);
  const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  await runTold('setpriv', ['--pdeathsig', 'KILL', ...own, command, ...args], options);
}
