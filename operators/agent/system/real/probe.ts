import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { pause, systemClock } from '@hearth/runtime/clock';
import { type Probe, ProbeFailed } from '../system.ts';
import { run } from './run.ts';

/** Milliseconds between two tries, and for one of them. */
const AGAIN = 1_000;
const ONE = 10_000;

/** Tries a probe until it finds what it looks for. @throws ProbeFailed when its time is up. */
export async function runProbe(probe: Probe, signal: AbortSignal): Promise<void> {
  const until = performance.now() + probe.timeoutSeconds * 1000;
  for (;;) {
    const left = Math.max(1, until - performance.now());
    const why = await tryProbe(probe, Math.min(left, ONE), signal);
    if (why === undefined) return;
    signal.throwIfAborted();
    if (performance.now() + AGAIN >= until) throw new ProbeFailed(probe.name, why);
    await pause(systemClock, AGAIN, signal);
  }
}

/** Why it did not find it; undefined where it did. */
async function tryProbe(probe: Probe, limit: number, signal: AbortSignal): Promise<string | undefined> {
  const { unit, http, tcp, command } = probe;
  try {
    if (unit) {
      const { stdout, exitCode } = await run('systemctl', ['is-active', unit], {
        accept: [1, 3, 4],
        limit,
        signal,
      });
      return exitCode === 0 ? undefined : `${unit} is ${stdout.trim() || 'not active'}`;
    }
    if (http) {
      const status = await statusOf(http.url, limit);
      return status === http.status ? undefined : `${http.url} answers ${status}, not ${http.status}`;
    }
    if (tcp) {
      await dial(tcp.host, tcp.port, limit);
      return undefined;
    }
    const [program = '', ...args] = command ?? [];
    await run(program, args, { limit, signal });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The status of an answer. Whose certificate it is does not matter: no secret is sent, and nothing is believed. */
function statusOf(url: string, limit: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { timeout: limit, agent: false } as const;
    const request = url.startsWith('https:')
      ? httpsRequest(url, { ...options, rejectUnauthorized: false })
      : httpRequest(url, options);
    request.once('response', (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.once('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.once('error', reject);
    request.end();
  });
}

function dial(host: string, port: number, limit: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: limit });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error(`${host}:${port} does not answer`)));
    socket.once('error', reject);
  });
}
