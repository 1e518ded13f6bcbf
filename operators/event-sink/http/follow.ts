import { setImmediate as othersTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { SinkEvent } from '@hearth/domain';
import { pause } from '@hearth/runtime/clock';
import type { FastifyRequest } from 'fastify';
import { callerOf } from './caller.ts';
import type { News } from './news.ts';
import type { Outlet } from './outlet.ts';
import type { Asking } from './reading.ts';
import type { Sink } from './sink.ts';

/** Milliseconds after which something is written even if nothing happened: gateways end what is silent. */
const HEARTBEAT = 15_000;
/** Milliseconds after which is asked again who reads. What they may see is asked for each event. */
const RECHECK = 30_000;

/** Who follows the log, and where what they see is written. */
export interface Following {
  readonly sink: Sink;
  readonly news: News;
  readonly request: FastifyRequest;
  readonly asking: Asking;
  readonly outlet: Outlet;
  readonly signal: AbortSignal;
}

/** Reads the log at the pace of the reader, until the signal is aborted or who reads is nobody any more. */
export async function follow(following: Following, after: number): Promise<void> {
  const { sink, news, request, asking, outlet, signal } = following;
  const { log, clock } = sink;
  let at = after;
  let checked = clock.monotonic();
  let wrote = checked;
  let bell = new AbortController();
  const write = async (text: string) => {
    await outlet.write(text);
    wrote = clock.monotonic();
  };
  const ring = () => bell.abort();
  const stopListening = log.onAppend(ring);
  signal.addEventListener('abort', ring);
  try {
    await write(': what happens is told here\n\n');
    while (!signal.aborted) {
      // Before reading: what is appended meanwhile rings it.
      bell = new AbortController();
      const { events, last, isEnd } = await news.after(at, asking.of);
      for (const event of await seenAmong(events, asking))
        await write(`id: ${event.seq}\ndata: ${news.text(event)}\n\n`);
      at = last;
      if (isEnd) await pause(clock, Math.max(0, wrote + HEARTBEAT - clock.monotonic()), bell.signal);
      else await othersTurn();
      if (clock.monotonic() - wrote >= HEARTBEAT)
        await write(`: still here\n${isEnd ? `id: ${at}\n` : ''}\n`);
      if (clock.monotonic() - checked < RECHECK) continue;
      // With other groups they may see something else: who still listens comes again.
      if (!isDeepStrictEqual(await callerOf(request, sink), asking.asker)) return;
      checked = clock.monotonic();
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', ring);
  }
}

async function seenAmong(events: readonly SinkEvent[], { sees }: Asking): Promise<readonly SinkEvent[]> {
  const seen = await Promise.all(events.map(sees));
  return events.filter((_, index) => seen[index]);
}
