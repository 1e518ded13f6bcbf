import { expect, test } from 'vitest';
import { within } from './clock.ts';
import { listenAwhile, tracesIn } from './fixtures/signals.ts';
import { fakeClock } from './testing.ts';

/** Waits for ever, or until it is told not to. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

test('what is run within a time ends with it, with the signal that it was given, or by itself', async () => {
  const clock = fakeClock();
  const stopping = new AbortController();
  const late = within(clock, 100, stopping.signal, endless);
  clock.advance(100);
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  const quick = await within(clock, 100, stopping.signal, async () => 'done');
  expect(quick).toBe('done');
  const stopped = within(clock, 100, stopping.signal, endless);
  stopping.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  await expect(within(clock, 100, stopping.signal, endless)).rejects.toThrow('enough');
  expect(clock.pending()).toBe(0);
});

test('what is run within a time leaves no trace in the signal that it was given', async () => {
  const { signal } = new AbortController();
  const before = tracesIn(signal);
  for (let n = 0; n < 10; n++) await within(fakeClock(), 100, signal, async (inner) => listenAwhile(inner));
  expect(tracesIn(signal)).toBe(before);
});
