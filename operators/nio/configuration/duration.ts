const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3600_000 };

/** A length of time as resources have it (`120s`, `5m`, `1h`) in milliseconds. */
export function milliseconds(duration: string): number {
  return Number.parseInt(duration, 10) * (UNITS[duration.slice(-1)] ?? Number.NaN);
}
