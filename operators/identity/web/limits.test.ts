import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter } from './limits.ts';

describe('a limiter', () => {
  const rate = { burst: 3, everyMs: 1000 };

  it('lets through a burst, then one at a time', () => {
    let now = 0;
    const limiter = createLimiter(rate, () => now);
    const take = () => limiter.take('a');
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    now = 999;
    expect(take()).toBe(false);
    now = 1000;
    expect([take(), take()]).toEqual([true, false]);
    now = 60_000;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });

  it('counts each key by itself', () => {
    const limiter = createLimiter({ burst: 1, everyMs: 1000 }, () => 0);
    expect([limiter.take('a'), limiter.take('b'), limiter.take('a')]).toEqual([true, true, false]);
  });

  it('remembers no more keys than it may, the ones tried last', () => {
    const limiter = createLimiter({ burst: 1, everyMs: 1e9 }, () => 0, 2);
    for (const key of ['a', 'b', 'a', 'c']) limiter.take(key);
    expect(limiter.take('a')).toBe(false);
    expect(limiter.take('b')).toBe(true);
  });

  it('never lets through more than the burst and what time has added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), (waits) => {
        let now = 0;
        const limiter = createLimiter(rate, () => now);
        const taken = waits.filter((wait) => {
          now += wait;
          return limiter.take('a');
        });
        expect(taken.length).toBeLessThanOrEqual(rate.burst + Math.floor(now / rate.everyMs));
      }),
    );
  });
});
