/** How a point in time is said to a person, who is told it at `now`: `09:12 UTC`, `2 January 2026, 09:12 UTC`. */
export function clock(time: string, now: Date): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const hour = `${at.toISOString().slice(11, 16)} UTC`;
  const isToday = at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  return isToday ? hour : `${day(at)}, ${hour}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `2 January 2026`. */
export const day = (at: Date): string =>
  `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
