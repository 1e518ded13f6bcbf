import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, openingAt, type Schedule } from './schedule.ts';

const night: Schedule = { from: '03:00', to: '05:00' };
const vienna = 'Europe/Vienna';

const opening = (schedule: Schedule, zone: string, now: string) => {
  const { open, changesAt } = openingAt(schedule, zone, new Date(now));
  return `${open ? 'open' : 'closed'} until ${changesAt.toISOString().slice(0, 16)}`;
};

describe('openingAt', () => {
  it.each<[string, Schedule, string, string, string]>([
    ['before', night, 'UTC', '2026-01-01T02:59:59.999Z', 'closed until 2026-01-01T03:00'],
    ['at its beginning', night, 'UTC', '2026-01-01T03:00:00Z', 'open until 2026-01-01T05:00'],
    ['at its end', night, 'UTC', '2026-01-01T05:00:00Z', 'closed until 2026-01-02T03:00'],
    ['in winter', night, vienna, '2026-01-01T02:30:00Z', 'open until 2026-01-01T04:00'],
    ['in summer', night, vienna, '2026-07-01T02:30:00Z', 'open until 2026-07-01T03:00'],
    [
      'that begins in the hour that is left out, and ends with it',
      { from: '02:30', to: '03:00' },
      vienna,
      '2026-03-29T01:40:00Z',
      'open until 2026-03-29T02:00',
    ],
    [
      'that begins in the hour that is left out, and ends before it is later',
      { from: '02:30', to: '03:15' },
      vienna,
      '2026-03-29T01:40:00Z',
      'open until 2026-03-29T02:15',
    ],
    [
      'in a zone of half an hour',
      night,
      'Asia/Kolkata',
      '2025-12-31T21:30:00Z',
      'open until 2025-12-31T23:30',
    ],
    [
      'on another day there',
      night,
      'Pacific/Auckland',
      '2026-01-01T15:00:00Z',
      'open until 2026-01-01T16:00',
    ],
    [
      'over midnight, before',
      { from: '22:00', to: '02:00' },
      'UTC',
      '2026-01-01T23:00:00Z',
      'open until 2026-01-02T02:00',
    ],
    [
      'over midnight, after',
      { from: '22:00', to: '02:00' },
      'UTC',
      '2026-01-02T01:00:00Z',
      'open until 2026-01-02T02:00',
    ],
    [
      'on the wrong day',
      { ...night, days: ['Sat'] },
      'UTC',
      '2026-01-01T03:30:00Z',
      'closed until 2026-01-03T03:00',
    ],
    [
      'on the right day',
      { ...night, days: ['Thu'] },
      'UTC',
      '2026-01-01T03:30:00Z',
      'open until 2026-01-01T05:00',
    ],
    [
      'until next week',
      { ...night, days: ['Thu'] },
      'UTC',
      '2026-01-01T05:30:00Z',
      'closed until 2026-01-08T03:00',
    ],
    [
      'into a day that is not named',
      { from: '22:00', to: '02:00', days: ['Thu'] },
      'UTC',
      '2026-01-02T01:00:00Z',
      'open until 2026-01-02T02:00',
    ],
    [
      'from night to night without a gap',
      { from: '00:00', to: '00:00', days: ['Thu', 'Fri'] },
      'UTC',
      '2026-01-01T12:00:00Z',
      'open until 2026-01-03T00:00',
    ],
    // On 29 March 2026 it is 03:00 right after 01:59:59 in Vienna: 01:00 UTC.
    [
      'that lies in the hour that is left out',
      { from: '02:15', to: '02:45' },
      vienna,
      '2026-03-29T01:20:00Z',
      'open until 2026-03-29T01:45',
    ],
    [
      'that begins in the hour that is left out',
      { from: '02:30', to: '04:00' },
      vienna,
      '2026-03-29T01:00:00Z',
      'closed until 2026-03-29T01:30',
    ],
    [
      'around the hour that is left out',
      { from: '01:00', to: '04:00' },
      vienna,
      '2026-03-29T00:30:00Z',
      'open until 2026-03-29T02:00',
    ],
    // On 25 October 2026 it is 02:00 again after 02:59:59 in Vienna: 01:00 UTC.
    [
      'that lies in the hour that comes twice, first',
      { from: '02:15', to: '02:45' },
      vienna,
      '2026-10-25T00:20:00Z',
      'open until 2026-10-25T00:45',
    ],
    [
      'that lies in the hour that comes twice, then',
      { from: '02:15', to: '02:45' },
      vienna,
      '2026-10-25T01:20:00Z',
      'closed until 2026-10-26T01:15',
    ],
    [
      'around the hour that comes twice',
      { from: '01:00', to: '04:00' },
      vienna,
      '2026-10-25T01:30:00Z',
      'open until 2026-10-25T03:00',
    ],
  ])('a window %s', (_, schedule, zone, now, expected) => {
    expect(opening(schedule, zone, now)).toBe(expected);
  });

  it('never says that it changes now, nor misses a change', () => {
    const two = (most: number) =>
      fc.integer({ min: 0, max: most }).map((each) => String(each).padStart(2, '0'));
    const time = fc.tuple(two(23), two(59)).map(([hour, minute]) => `${hour}:${minute}`);
    const days = fc.subarray(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const);
    const zones = fc.constantFrom(vienna, 'America/St_Johns', 'Australia/Lord_Howe', 'UTC');
    const moments = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2027-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    const schedules = fc.record({ from: time, to: time, days });
    fc.assert(
      fc.property(
        schedules,
        zones,
        moments,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (schedule, zone, now, part) => {
          const { open, changesAt } = openingAt(schedule, zone, now);
          const length = changesAt.getTime() - now.getTime();
          const between = new Date(now.getTime() + part * length);
          const isAlways = schedule.from === schedule.to && [0, 7].includes(schedule.days.length);
          expect(length).toBeGreaterThan(0);
          expect(openingAt(schedule, zone, between).open).toBe(open);
          if (!isAlways) expect(openingAt(schedule, zone, changesAt).open).toBe(!open);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('knows what is a time zone', () => {
  expect(['Europe/Vienna', 'UTC', 'Europe/Atlantis', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
