import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as faults from '../../faults/faults.ts';
import type { Fault } from '../../faults/proxy.ts';
import type { OnStatement } from '../../faults/sql-proxy.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** What may befall requests, watches and statements on their way, each for itself. */
export interface Weather {
  /** From now on so large a share of all is struck; 0 for none. */
  set(rate: number): void;
  readonly onRequest: Fault;
  readonly onStatement: OnStatement;
  /** The watches that are open, as paths without their query. */
  watches(): readonly string[];
  /** Some of the open watches say nothing more from now on, and stay open. */
  silence(share: number): void;
  /** The connections of all open watches are reset. */
  cutWatches(): void;
}

interface OpenWatch {
  readonly path: string;
  readonly socket: Socket;
  readonly silence: AbortController;
}

/** A fault, made anew for each time that it strikes. */
type Making = (random: Random) => Fault;

/** What may befall a request, by the name under which it is counted. */
const ANY_REQUEST: Readonly<Record<string, Making>> = {
  'request lost': () => faults.cutBefore,
  'answer lost': () => faults.cutAfter,
  'connection reset': () => faults.reset,
  'answer truncated': () => faults.truncate,
  'answer half-closed': () => faults.halfClose,
  'answer shortened': () => faults.shorten,
  'request duplicated': () => faults.duplicate,
  'request delayed': (random) => faults.delay(random.wait(1_000)),
  'answered 429': () => faults.refuse(429, { retryAfter: 1 }),
  'answered 500': () => faults.refuse(500),
  'answered 503': () => faults.refuse(503),
};

/** Of what is asked for, only pages of a list can be forgotten. */
const LIST: Readonly<Record<string, Making>> = { ...ANY_REQUEST, 'answered 410': () => faults.gone };

/** What may befall a watch from its beginning on. */
const WATCH: Readonly<Record<string, Making>> = {
  'watch refused by 410': () => faults.gone,
  'watch ended by 410': () => faults.goneInStream,
  'watch refused by 429': () => faults.refuse(429, { retryAfter: 1 }),
  'watch refused by 500': () => faults.refuse(500),
  'watch refused by 503': () => faults.refuse(503),
  'watch with events twice': () => faults.repeatEvents,
  'watch broken off in an event': (random) => faults.cutFrom(AbortSignal.timeout(random.wait(10_000))),
};

const passOn: Fault = async ({ send, relay }) => relay(await send());

/** Fair weather, at first. */
export function createWeather(random: Random, tally: Tally): Weather {
  const open = new Set<OpenWatch>();
  let rate = 0;

  const struckBy = (makings: Readonly<Record<string, Making>>, otherwise: Fault): Fault => {
    if (!random.chance(rate)) return otherwise;
    const [name, making] = random.pick(Object.entries(makings));
    tally.count(name);
    return making(random);
  };

  const watch: Fault = async (exchange) => {
    const { request, response, socket } = exchange;
    const entry = { path: pathOf(request.url), socket, silence: new AbortController() };
    open.add(entry);
    response.on('close', () => open.delete(entry));
    return struckBy(WATCH, faults.silentFrom(entry.silence.signal))(exchange);
  };

  return {
    set(share) {
      rate = share;
    },
    onRequest: (exchange) => {
      const { url = '' } = exchange.request;
      if (/[?&]watch=true\b/.test(url)) return watch(exchange);
      return struckBy(/[?&]limit=/.test(url) ? LIST : ANY_REQUEST, passOn)(exchange);
    },
    onStatement: (statement) => strike(statement, random.chance(rate) ? random : undefined, tally),
    watches: () => Array.from(open, ({ path }) => path),
    silence(share) {
      for (const { silence } of open) {
        if (!random.chance(share)) continue;
        tally.count('watch gone silent');
        silence.abort();
      }
    },
    cutWatches() {
      for (const { socket } of open) socket.resetAndDestroy();
      tally.count('watch reset', open.size);
    },
  };
}

const pathOf = (url = ''): string => url.split('?')[0] ?? '';

/** Carries a statement out, or breaks its connection before it or after it, or takes its time. */
async function strike(
  { send, relay }: Parameters<OnStatement>[0],
  random: Random | undefined,
  tally: Tally,
): Promise<void> {
  const how = random?.pick(['statement lost', 'its answer lost', 'statement delayed'] as const);
  if (how !== undefined) tally.count(how);
  if (how === 'statement lost') throw new Error(how);
  if (how === 'statement delayed') await pause(random?.wait(500) ?? 0);
  const answer = await send();
  // A statement that fails in the proxy breaks its connection.
  if (how === 'its answer lost') throw new Error(how);
  relay(answer);
}
