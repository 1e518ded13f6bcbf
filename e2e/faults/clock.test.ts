import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { movableClock } from './clock.ts';

test('time that passes brings both clocks on and calls what falls due', async () => {
  const clock = movableClock();
  const [before, day] = [clock.monotonic(), clock.now().getTime()];
  const called: string[] = [];
  clock.after(60_000, () => called.push('minute'));
  clock.after(3600_000, () => called.push('hour'));
  clock.after(60_000, () => called.push('cancelled'))();
  clock.pass(61_000);
  await pause(10);
  expect(called).toEqual(['minute']);
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(61_000);
  expect(clock.now().getTime() - day).toBeGreaterThanOrEqual(61_000);
});

test('a clock that is set shows another time of day, and no time has passed', async () => {
  const clock = movableClock();
  const [before, day] = [clock.monotonic(), clock.now().getTime()];
  const called: string[] = [];
  clock.after(60_000, () => called.push('minute'));
  clock.set(3600_000);
  await pause(10);
  expect(called).toEqual([]);
  expect(clock.monotonic() - before).toBeLessThan(60_000);
  expect(clock.now().getTime() - day).toBeGreaterThanOrEqual(3600_000);
});
