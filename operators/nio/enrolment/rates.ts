import type { Clock } from '@hearth/runtime';

/** How often somebody may ask. */
export interface Rate {
  /** So many at once. */
  readonly burst: number;
  /** And so many a second from then on. */
  readonly perSecond: number;
}

/** Counts what is asked, by who asks. */
export interface Rates {
  /** Whether one more may be asked now; it is counted then. */
  allow(who: string): boolean;
}

/** Who asks is remembered for so many at most; beyond, all that are new share one measure. */
const MOST_KNOWN = 4096;
const EVERYBODY_ELSE = '*';

/** Nobody has asked for anything yet. */
export function createRates({ burst, perSecond }: Rate, clock: Clock): Rates {
  const buckets = new Map<string, { left: number; at: number }>();
  const bucketOf = (who: string, now: number) => {
    if (!buckets.has(who) && buckets.size >= MOST_KNOWN) dropFull(now);
    const name = buckets.has(who) || buckets.size < MOST_KNOWN ? who : EVERYBODY_ELSE;
    const bucket = buckets.get(name) ?? { left: burst, at: now };
    buckets.set(name, bucket);
    return bucket;
  };
  /** Who has not asked for long is as good as unknown. */
  const dropFull = (now: number) => {
    for (const [who, { left, at }] of buckets) {
      if (left + ((now - at) / 1000) * perSecond >= burst) buckets.delete(who);
    }
  };
  return {
    allow(who) {
      const now = clock.monotonic();
      const bucket = bucketOf(who, now);
      bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
      bucket.at = now;
      if (bucket.left < 1) return false;
      bucket.left -= 1;
      return true;
    },
  };
}

/**
 * Who is counted as one: an address of IPv4, and of IPv6 the network (/64), of whose addresses each machine may take as
 * many as it likes (RFC 8981).
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const zeros = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(Math.max(0, zeros)).fill('0'), ...(after ?? [])];
  return `${groups.slice(0, 4).join(':')}::`;
}
