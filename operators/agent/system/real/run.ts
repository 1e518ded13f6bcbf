import { spawn } from 'node:child_process';
import { safeMessage } from '@hearth/runtime/log';
import { CommandFailed } from '../system.ts';

/** What a command may do. Times in milliseconds. */
export interface RunOptions {
  /** After this it is ended, with everything that it started. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
  /** Added to the agent's own environment. No secret: `ps` shows it to root. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures. */
  readonly accept?: readonly number[];
}

/** What a command has said. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both outputs, as they came. */
  readonly output: string;
}

/** Bytes of each output that are kept: the first of what is parsed, the last of what is shown. */
const LONGEST_ANSWER = 32 * 2 ** 20;
const LONGEST_OUTPUT = 16 * 2 ** 10;
const LIMIT = 60_000;
/** From being asked to end until being killed. */
const GRACE = 5_000;

/**
 * Runs a program with its arguments as they are: no shell reads them. Node's own spawn and no library around it, since
 * the usual one takes 20 MB of a process that may have 90.
 * @throws CommandFailed, or the reason of the signal.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { limit = LIMIT, signal, accept = [] } = options;
  signal?.throwIfAborted();
  const ended = await spawned(command, args, options, limit);
  signal?.throwIfAborted();
  const { code, why, stdout, output } = ended;
  if (code === 0 || (code !== undefined && accept.includes(code))) return { exitCode: code, stdout, output };
  throw new CommandFailed(command, code, safeMessage(output.slice(-LONGEST_OUTPUT / 4)), why);
}

interface Ended {
  readonly code: number | undefined;
  readonly why: string;
  readonly stdout: string;
  readonly output: string;
}

function spawned(
  command: string,
  args: readonly string[],
  { signal, env }: RunOptions,
  limit: number,
): Promise<Ended> {
  return new Promise((resolve) => {
    // A group of its own, so that what it started ends with it.
    const child = spawn(command, args, {
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    });
    const heard = listen(child.stdout, child.stderr);
    let why = '';
    const end = (reason: string) => {
      why = reason;
      kill(child.pid, 'SIGTERM');
      setTimeout(() => kill(child.pid, 'SIGKILL'), GRACE).unref();
    };
    const timer = setTimeout(() => end(`did not end within ${limit / 1000} s`), limit);
    const abort = () => end('was called off');
    signal?.addEventListener('abort', abort, { once: true });
    const finish = (code: number | undefined, reason: string) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve({ code: why === '' ? code : undefined, why: why || reason, ...heard() });
    };
    child.once('error', (error) => finish(undefined, `can’t be run: ${error.message}`));
    child.once('close', (code, name) =>
      finish(code ?? undefined, code === null ? `was ended by ${name}` : `ended with ${code}`),
    );
  });
}

/** Collects what comes, up to a bound; gives back how to have it. */
function listen(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream) {
  const answer: Buffer[] = [];
  let size = 0;
  let output = '';
  const hear = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-LONGEST_OUTPUT);
  };
  stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LONGEST_ANSWER) answer.push(chunk);
    hear(chunk);
  });
  stderr.on('data', hear);
  return () => ({ stdout: Buffer.concat(answer).toString('utf8'), output });
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
