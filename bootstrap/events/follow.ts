import { setTimeout as sleep } from 'node:timers/promises';
import type { SinkEvent } from '@hearth/domain';
import { Away, type EventQuery, type SinkClient } from './ask-sink.ts';

/** The first pause before the sink is asked again, and the longest, in milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

/**
 * Events as they come, each once and in order, for ever: where the sink is away, it goes on behind the last one when
 * the sink is back.
 * @param away is told when the sink is gone, once until it is back.
 * @throws Failure where the sink refuses.
 */
export async function* followEvents(
  sink: Pick<SinkClient, 'stream'>,
  { after, of }: EventQuery,
  away: () => void,
): AsyncGenerator<SinkEvent> {
  let last = after;
  for (let failures = 0; ; failures += 1) {
    if (failures > 0) await sleep(Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE));
    try {
      for await (const event of sink.stream({ after: last, of })) {
        failures = 0;
        if (event.seq <= last) continue;
        last = event.seq;
        yield event;
      }
    } catch (error) {
      if (!(error instanceof Away)) throw error;
    }
    if (failures === 0) away();
  }
}
