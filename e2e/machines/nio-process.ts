import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort } from '../harness/free-port.ts';

/** NIO as it ships: a process of its own, that can be killed at any moment. */
export interface NioProcess {
  /** Where machines enrol. */
  readonly url: string;
  /** SHA-256 of the key that machines pin. */
  readonly pin: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What it has written so far. */
  log(): Promise<string>;
}

/** What NIO is started with. */
export interface NioSettings {
  readonly kubeconfig: string;
  /** The API server's URL, as machines reach it. */
  readonly apiServer: string;
  /** This system's address, as machines reach it. */
  readonly address: string;
  /** Where its log goes. */
  readonly folder: string;
  /** A certificate authority that it trusts beside the public ones: a file. */
  readonly authority?: string | undefined;
}

const MAIN = join(import.meta.dirname, '../../operators/main.ts');

/** Starts NIO, and waits until machines can enrol. It ends with this process, however that ends. */
export async function startNio(settings: NioSettings): Promise<NioProcess> {
  const { kubeconfig, apiServer, address, folder, authority } = settings;
  const [enrolmentPort, httpPort] = [await freePort(), await freePort()];
  const file = join(folder, 'nio.log');
  const flags = ['--controllers=nio', '--no-leader-elect', `--kubeconfig=${kubeconfig}`];
  const ports = [`--enrolment-port=${enrolmentPort}`, `--http-port=${httpPort}`];
  const log = () => readFile(file, 'utf8').catch(() => '');
  const run = () =>
    execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, MAIN, ...flags, ...ports], {
      reject: false,
      stdin: 'ignore',
      stdout: { file, append: true },
      stderr: { file, append: true },
      env: {
        HEARTH_API_SERVER: apiServer,
        POD_NAMESPACE: 'hearth-system',
        ...(authority && { NODE_EXTRA_CA_CERTS: authority }),
      },
    });
  let running = run();
  const pin = await pinIn(log);
  return {
    url: `https://${address}:${enrolmentPort}`,
    pin,
    log,
    async kill() {
      running.kill('SIGKILL');
      await running;
    },
    async start() {
      running = run();
    },
  };
}

/** It says its key when machines can enrol. */
async function pinIn(log: () => Promise<string>): Promise<string> {
  const patience = AbortSignal.timeout(60_000);
  while (!patience.aborted) {
    const pin = /"pin":"([0-9a-f]{64})"/.exec(await log())?.[1];
    if (pin !== undefined) return pin;
    await pause(100);
  }
  throw new Error(`NIO did not start: ${(await log()).slice(-2000)}`);
}
