import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Config } from '../config.ts';
import { ADMIN_TOKEN, ISSUER, KEY } from './home.ts';

/** The real program, in a process of its own. */
export interface IdentityProcess {
  readonly pid: number;
  readonly port: number;
  readonly adminPort: number;
  /** What it holds of the machine's memory, in MiB. */
  memory(): Promise<number>;
  /** All that it has logged. */
  log(): string;
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
  /** Asks it to end, and says with which code it did. */
  stop(): Promise<number | null>;
}

/** What the image and the definition in the catalogue set: small generations, which are collected often. */
const AS_IN_THE_IMAGE = {
  NODE_ENV: 'production',
  NODE_COMPILE_CACHE: join(tmpdir(), 'hearth-identity-compile-cache'),
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=128',
};

const MAIN = new URL('../main.ts', import.meta.url).pathname;

/** Starts the program, and waits until it answers. */
export async function startProcess(
  over: Pick<Config, 'file'> & { readonly databaseUrl?: string },
): Promise<IdentityProcess> {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...AS_IN_THE_IMAGE,
      HEARTH_IDENTITY_ISSUER: ISSUER,
      HEARTH_IDENTITY_KEY: KEY,
      HEARTH_IDENTITY_ADMIN_TOKEN: ADMIN_TOKEN,
      HEARTH_IDENTITY_FILE: over.file,
      HEARTH_IDENTITY_PORT: '0',
      HEARTH_IDENTITY_ADMIN_PORT: '0',
      ...(over.databaseUrl !== undefined && { DATABASE_URL: over.databaseUrl }),
    },
  });
  const lines: string[] = [];
  const ports = await answering(child, lines);
  const { pid } = child;
  if (pid === undefined) throw new Error('identity could not be started');
  return {
    pid,
    ...ports,
    async memory() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    log: () => lines.join('\n'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

function answering(child: ChildProcess, lines: string[]): Promise<{ port: number; adminPort: number }> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`identity ended: ${lines.join('\n')}`)));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.includes('identity answers'))
          resolve(JSON.parse(line) as { port: number; adminPort: number });
      });
    }
  });
}
