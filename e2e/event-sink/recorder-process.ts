import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { eventually } from '../../operators/runtime/fixtures/api.ts';

/** The recorder, as a test holds it. */
export interface RecorderProcess {
  start(): void;
  /** Resolves when all kinds are watched. */
  watching(): Promise<void>;
  /** Resolves when an object of this name is in the log. */
  recorded(kind: string, name: string): Promise<void>;
  /** Ends it wherever it is. It must not have ended by itself. */
  kill(): Promise<void>;
  /** Ends it in order; everything it took is in its log then. */
  stop(): Promise<void>;
}

const program = new URL('recorder.ts', import.meta.url).pathname;

/** A recorder that keeps its log in a file. It ends with this process, however that ends. */
export function recorderProcess(kubeconfig: string, file: string, key: Uint8Array): RecorderProcess {
  const args = ['--kubeconfig', kubeconfig, '--file', file, '--key', Buffer.from(key).toString('hex')];
  const launch = () =>
    execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, program, ...args], {
      env: { NODE_COMPILE_CACHE: `${file}-compiled` },
      stdin: 'ignore',
      reject: false,
      buffer: false,
      all: true,
    });
  let child: ReturnType<typeof launch> | undefined;
  let said = new Set<string>();
  const complaints: string[] = [];
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child?.kill(signal);
    const ended = await child;
    child = undefined;
    if (ended && signal === 'SIGKILL' && ended.signal !== signal)
      throw new Error(`the recorder had ended by itself: ${complaints.slice(-5).join('\n')}`);
  };
  const saying = (line: string) =>
    eventually(() => {
      if (said.has(line)) return;
      throw new Error(`the recorder did not say "${line}", but ${complaints.slice(-5).join('\n')}`);
    }, 60_000);
  return {
    start() {
      said = new Set();
      child = launch();
      createInterface({ input: child.all }).on('line', (line) => {
        said.add(line);
        if (!/^(recorded|watching)/.test(line)) complaints.push(line);
      });
    },
    watching: () => saying('watching'),
    recorded: (kind, name) => saying(`recorded ${kind} ${name}`),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
