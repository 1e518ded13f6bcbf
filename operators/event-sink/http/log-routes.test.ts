import { get } from 'node:http';
import type { LogPart } from '@hearth/domain';
import { fakeClock } from '@hearth/runtime/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testSink } from './testing/sink.ts';

test('who stops reading the log is cut off, and the log is let go', async () => {
  const clock = fakeClock();
  const parts = vi.fn<() => AsyncIterable<LogPart>>();
  const closed = vi.fn();
  let given = 0;
  parts.mockImplementation(async function* () {
    try {
      for (;;) {
        given += 1;
        yield { part: 'event', seq: given, text: 'x'.repeat(2 ** 20), hash: new Uint8Array(32) };
      }
    } finally {
      closed();
    }
  });
  const { server } = testSink((log) => ({ clock, log: { ...log, parts } }));
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const request = get(`${origin}/-/log/parts`, { headers: { authorization: 'Bearer admin' } });
  request.on('error', () => undefined);
  onTestFinished(() => void request.destroy());
  request.on('response', (answer) => answer.pause().on('error', () => undefined));
  let before = -1;
  await vi.waitFor(
    () => {
      const still = given > 0 && given === before;
      before = given;
      expect(still).toBe(true);
    },
    { timeout: 10_000, interval: 300 },
  );
  clock.advance(19_000);
  expect(closed).not.toHaveBeenCalled();
  clock.advance(1_000);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
});
