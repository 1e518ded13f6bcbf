import type { Instant, Session } from '../store/records.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A session that nobody uses ends after this. */
export const IDLE = 7 * DAY;
/** No session lives longer: then the person shows a passkey again. */
export const LONGEST = 30 * DAY;
/** How exactly it is noted when a session was last used. */
export const SEEN_EVERY = MINUTE;
/** How many sessions one person may have; the one used least recently goes when there are more. */
export const MOST_PER_PERSON = 50;

/** Whether a session still opens anything. */
export const isLive = (session: Session, now: Instant): boolean =>
  now < session.expires && now < session.seen + IDLE;

/** Whether a session opens nothing any more, and never will: what was used elsewhere a moment ago may not be noted yet. */
export const isOver = (session: Session, now: Instant): boolean => !isLive(session, now - 5 * MINUTE);

/** Whether it is time to note that a session was used. */
export const isSeenAgain = (session: Session, now: Instant): boolean => now >= session.seen + SEEN_EVERY;

/** Which of a person's sessions end so that one more may open. */
export function surplus(sessions: readonly Session[]): readonly Session[] {
  return sessions.toSorted((a, b) => b.seen - a.seen).slice(MOST_PER_PERSON - 1);
}
