import type { NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';

/** When changes may begin. */
export type Schedule = Immutable<NonNullable<NixOSConfiguration['spec']['schedule']>>;

/** Whether it is open, and when that changes next. */
export interface Opening {
  readonly open: boolean;
  readonly changesAt: Date;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY = 24 * 3600_000;

/** Whether there is such a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Whether a schedule is open at a time. Its times are those of clocks on the wall: in the night in which they are put
 * forward, a time that they leave out is as much later as they jump, so that no window is lost; in the one in which they
 * are put back, a time that comes twice is meant the first time.
 * @throws RangeError where there is no such time zone.
 */
export function openingAt(schedule: Schedule, zone: string, now: Date): Opening {
  const windows = windowsAround(schedule, zone, now);
  const at = now.getTime();
  const current = windows.filter(([from, to]) => from <= at && at < to);
  const next = windows.filter(([from]) => from > at).map(([from]) => from);
  const open = current.length > 0;
  // Where one window ends as the next begins, it stays open.
  const end = windows.reduce((latest, [from, to]) => (from <= latest ? Math.max(latest, to) : latest), at);
  return { open, changesAt: new Date(open ? end : Math.min(...next)) };
}

/** The windows from the day before until a week later, in their order. */
function windowsAround({ days = [], from, to }: Schedule, zone: string, now: Date): [number, number][] {
  const clock = clockOf(zone);
  const today = clock.dateAt(now.getTime());
  return Array.from({ length: 10 }, (_, at) => today + (at - 1) * DAY)
    .filter((date) => days.length === 0 || days.some((day) => day === DAYS[new Date(date).getUTCDay()]))
    .map((date) => {
      const length = minutes(to) - minutes(from) + (to <= from ? DAY : 0);
      const begin = clock.instantOf(date + minutes(from));
      const end = clock.instantOf(date + minutes(from) + length);
      // Only its beginning is in the hour that is left out: it keeps its length.
      return [begin, end > begin ? end : begin + length];
    });
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
}

/** The clocks on the walls of a time zone. What they show is written as the milliseconds of the same time in UTC. */
function clockOf(zone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const shownAt = (instant: number): number => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
  };
  const offsetAt = (instant: number) => shownAt(instant) - Math.floor(instant / 1000) * 1000;
  return {
    /** The midnight with which the day begins. */
    dateAt: (instant: number) => Math.floor(shownAt(instant) / DAY) * DAY,
    /** When the clocks show this. */
    instantOf(shown: number): number {
      const before = offsetAt(shown - DAY);
      const possible = [before, offsetAt(shown + DAY)].map((offset) => shown - offset);
      const real = possible.filter((instant) => shownAt(instant) === shown);
      return real.length > 0 ? Math.min(...real) : shown - before;
    },
  };
}
