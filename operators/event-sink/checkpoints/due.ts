/** How often a log is vouched for. */
export interface Often {
  /** After so many events at once. */
  readonly events: number;
  /** Where there are fewer, after so many milliseconds. */
  readonly milliseconds: number;
}

/** How far a log has come since it was tried last to vouch for it. */
interface Progress {
  /** Events that came since then. */
  readonly fresh: number;
  /** Whether there are events that no checkpoint vouches for. */
  readonly waits: boolean;
  /** Milliseconds since then. */
  readonly waited: number;
}

/** Whether it is time for the next checkpoint. */
export const isDue = ({ fresh, waits, waited }: Progress, { events, milliseconds }: Often): boolean =>
  fresh >= events || (waits && waited >= milliseconds);
