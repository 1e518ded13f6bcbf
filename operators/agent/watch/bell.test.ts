import { type Clock, systemClock } from '@hearth/runtime/clock';
import { expect, test } from 'vitest';
import { createBell } from './bell.ts';

/** A clock on which no time ever passes. */
const stopped: Clock = { ...systemClock, after: () => () => undefined };
const never = new AbortController().signal;

/** Whether it is over at once. */
const isOver = (sleep: Promise<void>) =>
  Promise.race([sleep.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);

test('what rings before one sleeps is not slept through', async () => {
  const bell = createBell(stopped);
  const sleep = bell.listen();
  bell.ring();
  expect(await isOver(sleep(never, 60_000))).toBe(true);
  expect(await isOver(sleep(never))).toBe(true);
});

test('what rang before one listened is heard no more', async () => {
  const bell = createBell(stopped);
  bell.ring();
  expect(await isOver(bell.listen()(never, 60_000))).toBe(false);
});

test('it wakes all who sleep, as does the end', async () => {
  const bell = createBell(stopped);
  const ending = new AbortController();
  const [one, other] = [bell.listen()(never, 60_000), bell.listen()(never)];
  expect(await isOver(Promise.race([one, other]))).toBe(false);
  bell.ring();
  expect(await isOver(Promise.all([one, other]).then(() => undefined))).toBe(true);
  const last = bell.listen()(ending.signal, 60_000);
  ending.abort();
  expect(await isOver(last)).toBe(true);
});

test('no time is none, and a time that is over is over', async () => {
  expect(await isOver(createBell(stopped).listen()(never, 0))).toBe(true);
  await createBell(systemClock).listen()(never, 1);
});
