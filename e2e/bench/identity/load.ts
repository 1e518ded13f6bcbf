import { Client } from 'undici';
import { machineMoment, noiseBetween, usageOf } from '../usage.ts';
import { percentile } from './spread.ts';

/** Who is asked. */
export interface Target {
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly pid: number;
  /** A path that anybody may ask for: each connection is opened with it, before time is taken. */
  readonly hello: string;
}

/** One request. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came of it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What it took to answer a number of calls. */
export interface Load {
  readonly calls: number;
  /** From the first call until the last answer. */
  readonly seconds: number;
  /** From a call until its answer is there to the end, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU seconds of who was asked. */
  readonly cpu: number;
  /** CPU seconds of who asked, which is this process. */
  readonly generator: number;
  /** The share of the machine that was busy with something else. */
  readonly noise: number;
}

/** How many ask at a time: each has a connection of its own, which is kept, and waits for its answer to ask again. */
export const CLIENTS = 8;

/** Makes calls as fast as they are answered. @throws where an answer is not right. */
export async function load(
  { origin, pid, hello }: Target,
  calls: readonly Call[],
  isRight: (answer: Answer) => boolean,
): Promise<Load> {
  const clients = Array.from({ length: CLIENTS }, () => new Client(origin));
  try {
    await Promise.all(clients.map((client) => send(client, { method: 'GET', path: hello, headers: {} })));
    const [machine, used] = [machineMoment(), usageOf(pid).cpu];
    const { delays, seconds, generator } = await makeCalls(clients, calls, isRight);
    const cpu = usageOf(pid).cpu - used;
    const noise = noiseBetween(machine, machineMoment());
    const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
    return { calls: calls.length, seconds, p50, p99, cpu, generator, noise };
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

/** Makes all calls; the clients share one iterator, and each takes the next call when it has the answer to one. */
async function makeCalls(
  clients: readonly Client[],
  calls: readonly Call[],
  isRight: (answer: Answer) => boolean,
) {
  const delays: number[] = [];
  const left = calls.values();
  const ask = async (client: Client) => {
    for (const call of left) {
      const sent = performance.now();
      const answer = await send(client, call);
      delays.push(performance.now() - sent);
      if (!isRight(answer)) throw new Error(`${call.path} was answered ${answer.status}: ${answer.body}`);
    }
  };
  const [began, usage] = [performance.now(), process.cpuUsage()];
  await Promise.all(clients.map(ask));
  const { user, system } = process.cpuUsage(usage);
  return { delays, seconds: (performance.now() - began) / 1000, generator: (user + system) / 1e6 };
}

/** By undici's handlers: its promises and streams would take more of the processor, which is shared with who is asked. */
function send(client: Client, call: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let status = 0;
  let body = '';
  client.dispatch(call, {
    onRequestStart: () => undefined,
    onResponseStart(_controller, code) {
      status = code;
    },
    onResponseData(_controller, chunk) {
      body += chunk.toString('latin1');
    },
    onResponseEnd: () => resolve({ status, body }),
    onResponseError: (_controller, error) => reject(error),
  });
  return promise;
}
