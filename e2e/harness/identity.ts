import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** Hearth's identity provider, the real program in a process of its own, with SQLite in a folder of its own. */
export interface Identity {
  /** Where people, apps and gateways reach it; it has another port after each start. */
  readonly port: number;
  readonly adminPort: number;
  /** The token of its admin API. */
  readonly token: string;
  /** The address that it believes to have. */
  readonly issuer: string;
  /** All that it has logged. */
  log(): string;
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
  /** Starts it again, as it was left or without its database. */
  start(database?: 'kept' | 'lost'): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const main = new URL('../../operators/identity/main.ts', import.meta.url).pathname;

/** Starts it. It ends with this process, however that ends. */
export async function startIdentity(issuer: string): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  const file = join(folder, 'identity.db');
  const [token, key] = [randomBytes(24).toString('hex'), randomBytes(32).toString('hex')];
  const env = {
    HEARTH_IDENTITY_ISSUER: issuer,
    HEARTH_IDENTITY_KEY: key,
    HEARTH_IDENTITY_ADMIN_TOKEN: token,
    HEARTH_IDENTITY_FILE: file,
    HEARTH_IDENTITY_PORT: '0',
    HEARTH_IDENTITY_ADMIN_PORT: '0',
  };
  const lines: string[] = [];
  let child: Program | undefined;
  const identity = { port: 0, adminPort: 0 };
  const kill = async () => {
    child?.kill('SIGKILL');
    await child;
  };
  const start: Identity['start'] = async (database = 'kept') => {
    if (database === 'lost') {
      for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    }
    child = launch(env);
    Object.assign(identity, await answering(child, lines));
  };
  const stop = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  await start();
  return Object.assign(identity, { token, issuer, log: () => lines.join('\n'), kill, start, stop });
}

type Program = ReturnType<typeof launch>;

const launch = (env: Record<string, string>) =>
  execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, main], {
    env,
    stdin: 'ignore',
    all: true,
    reject: false,
    buffer: false,
  });

/** What it says of itself when it answers. */
function answering(child: Program, lines: string[]): Promise<{ port: number; adminPort: number }> {
  return new Promise((resolve, reject) => {
    void child.then(() => reject(new Error(`identity ended: ${lines.join('\n')}`)));
    createInterface({ input: child.all }).on('line', (line) => {
      lines.push(line);
      if (!line.includes('identity answers')) return;
      const { port, adminPort }: { port: number; adminPort: number } = JSON.parse(line);
      resolve({ port, adminPort });
    });
  });
}
