import type { Segment } from '../log/event-log.ts';

/** How much of a log may go into archives. */
interface Reach {
  /** Sealed segments that stay in the log. */
  readonly keep: number;
  /** Events that a checkpoint vouches for. */
  readonly vouched: number;
}

/** The segments that are to go into archives, the oldest first: those that nobody vouches for yet are waited for. */
export const oldSegments = (segments: readonly Segment[], { keep, vouched }: Reach): readonly Segment[] =>
  segments
    .slice(0, Math.max(0, segments.length - keep))
    .filter(({ pruned, last }) => !pruned && last <= vouched);
