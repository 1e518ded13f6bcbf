import type { Readable } from 'node:stream';

/** A program that goes on, and what it has printed. */
export interface Running {
  output(): string;
  /** Waits until it has printed that. */
  printed(what: string | RegExp, seconds?: number): Promise<void>;
  stop(): Promise<void>;
}

/** A program that was started. */
interface Process extends PromiseLike<unknown> {
  readonly all: Readable;
  kill(signal: NodeJS.Signals): boolean;
}

/** Keeps what a program prints. */
export function watched(process: Process): Running {
  let hasEnded = false;
  let output = '';
  let look: () => void = () => undefined;
  process.all.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    look();
  });
  const ended = process.then(() => {
    hasEnded = true;
    look();
  });
  return {
    output: () => output,
    printed: (what, seconds = 20) =>
      new Promise((resolve, reject) => {
        const give = (reason: string) =>
          reject(new Error(`It ${reason} without saying ${what}. It said:\n${output}`));
        const timer = setTimeout(() => give(`went on for ${seconds} s`), seconds * 1000);
        look = () => {
          if (typeof what === 'string' ? output.includes(what) : what.test(output)) {
            clearTimeout(timer);
            resolve();
          } else if (hasEnded) {
            clearTimeout(timer);
            give('ended');
          }
        };
        look();
      }),
    async stop() {
      process.kill('SIGTERM');
      await ended;
    },
  };
}
