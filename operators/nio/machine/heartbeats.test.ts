import { Lease, type LeaseObject } from '@hearth/runtime';
import { fakeClock } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { createHeartbeats, createSightings } from './heartbeats.ts';

const lease = (renewTime?: string): LeaseObject => ({
  apiVersion: Lease.apiVersion,
  kind: Lease.kind,
  metadata: { name: 'machine-kitchen', namespace: 'n' },
  ...(renewTime && { spec: { renewTime } }),
});

test('a heartbeat counts from when NIO sees it, whatever time it names', () => {
  const clock = fakeClock();
  const heartbeats = createHeartbeats(clock);
  heartbeats.follow('k', undefined, lease());
  expect(heartbeats.last('k')).toBeUndefined();
  heartbeats.follow('k', lease(), lease('2099-01-01T00:00:00Z'));
  clock.advance(5000);
  expect(heartbeats.last('k')).toEqual({ age: 5000, live: true, at: 0, renewTime: '2099-01-01T00:00:00Z' });
  heartbeats.follow('k', lease('2099-01-01T00:00:00Z'), lease('1999-01-01T00:00:00Z'));
  expect(heartbeats.last('k')).toMatchObject({ age: 0, live: true });
});

test('what was there when NIO started is not known to be fresh, and a change of something else is no heartbeat', () => {
  const clock = fakeClock();
  const heartbeats = createHeartbeats(clock);
  heartbeats.follow('k', undefined, lease('2026-01-01T00:00:00Z'));
  clock.advance(1000);
  heartbeats.follow('k', lease('2026-01-01T00:00:00Z'), lease('2026-01-01T00:00:00Z'));
  expect(heartbeats.last('k')).toMatchObject({ age: 1000, live: false });
});

test('a Lease that went is forgotten', () => {
  const heartbeats = createHeartbeats(fakeClock());
  heartbeats.follow('k', undefined, lease('2026-01-01T00:00:00Z'));
  heartbeats.follow('k', lease('2026-01-01T00:00:00Z'), undefined);
  expect(heartbeats.last('k')).toBeUndefined();
});

test('a sighting is as old as its value', () => {
  const clock = fakeClock();
  const sightings = createSightings(clock);
  expect(sightings.age('a', 'x')).toBe(0);
  clock.advance(700);
  expect(sightings.age('a', 'x')).toBe(700);
  expect(sightings.age('a', 'y')).toBe(0);
  clock.advance(50);
  sightings.forget('a');
  expect(sightings.age('a', 'y')).toBe(0);
});
