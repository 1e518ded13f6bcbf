import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@hearth/runtime';

/** How long a challenge may be answered, in milliseconds. */
export const CHALLENGE_LIFE = 60_000;

/** So many are remembered: no home answers more in two minutes. */
const MOST_ANSWERED = 50_000;

/** Challenges, given out and taken back. No replica has to know what another gave out. */
export interface Challenges {
  issue(): string;
  /** Whether this is a challenge that was given out within its life, and that nobody answered here before. */
  redeem(challenge: string): boolean;
}

const NONCE = 16;
const TIME = 6;
const MAC = 32;

/**
 * A challenge is its time, a nonce and a MAC over both: who has the key knows it again. One that was answered is
 * remembered for as long as it lives, by the replica that took it; where another takes it once more, it changes nothing,
 * since what is asked with it is the same.
 */
export function createChallenges(key: Buffer, clock: Clock): Challenges {
  const answered = new Map<string, number>();
  const macOf = (text: Buffer) => createHmac('sha256', key).update(text).digest();
  return {
    issue() {
      const text = Buffer.concat([Buffer.alloc(TIME), randomBytes(NONCE)]);
      text.writeUIntBE(clock.now().getTime(), 0, TIME);
      return Buffer.concat([text, macOf(text)]).toString('base64url');
    },
    redeem(challenge) {
      const now = clock.now().getTime();
      const issued = issuedAt(challenge, macOf);
      if (issued === undefined || Math.abs(now - issued) > CHALLENGE_LIFE) return false;
      for (const [old, end] of answered) {
        if (end > now) break;
        answered.delete(old);
      }
      if (answered.has(challenge) || answered.size >= MOST_ANSWERED) return false;
      // Nobody lives longer than this, also where the clocks of two replicas differ.
      answered.set(challenge, now + 2 * CHALLENGE_LIFE);
      return true;
    },
  };
}

/** When a challenge was given out; undefined where it is none of ours, or written otherwise than we wrote it. */
function issuedAt(challenge: string, macOf: (text: Buffer) => Buffer): number | undefined {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== TIME + NONCE + MAC || bytes.toString('base64url') !== challenge) return undefined;
  const text = bytes.subarray(0, TIME + NONCE);
  return timingSafeEqual(macOf(text), bytes.subarray(TIME + NONCE)) ? text.readUIntBE(0, TIME) : undefined;
}
