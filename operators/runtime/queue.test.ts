import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQueue, LISTED, type Queue } from './queue.ts';
import { fakeClock } from './testing.ts';

/** Lets everything that can happen now happen. */
const settled = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));

/** What a take() has come to so far: the key, or undefined while it waits. */
async function taken(queue: Queue): Promise<string | undefined> {
  return Promise.race([queue.take().then((item) => item?.key), settled()]);
}

describe('a queue', () => {
  test('merges what is asked for one key', async () => {
    const queue = createQueue(fakeClock());
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.depth()).toBe(2);
    expect([await taken(queue), await taken(queue), await taken(queue)]).toEqual(['a', 'b', undefined]);
  });

  test('hands out fresh keys before listed ones, and each kind in its order', async () => {
    const queue = createQueue(fakeClock());
    queue.add('old-1', { priority: LISTED });
    queue.add('old-2', { priority: LISTED });
    queue.add('new-1');
    queue.add('new-2');
    const order = [await taken(queue), await taken(queue), await taken(queue), await taken(queue)];
    expect(order).toEqual(['new-1', 'new-2', 'old-1', 'old-2']);
  });

  test('takes the highest priority that was asked for', async () => {
    const queue = createQueue(fakeClock());
    queue.add('a', { priority: LISTED });
    queue.add('b', { priority: LISTED });
    queue.add('b');
    queue.add('a', { priority: LISTED });
    expect([await taken(queue), await taken(queue)]).toEqual(['b', 'a']);
  });

  test('takes the earliest time that was asked for', async () => {
    const clock = fakeClock();
    const queue = createQueue(clock);
    queue.add('a', { after: 1000 });
    queue.add('a', { after: 200 });
    queue.add('a', { after: 5000 });
    const pending = queue.take();
    clock.advance(199);
    expect(queue.depth()).toBe(0);
    clock.advance(1);
    expect(await pending).toEqual({ key: 'a', priority: 0 });
    queue.done('a');
    clock.advance(10_000);
    expect(await taken(queue)).toBeUndefined();
  });

  test('hands a locked key to nobody, and hands it out again if it was added meanwhile', async () => {
    const queue = createQueue(fakeClock());
    queue.add('a');
    expect(await taken(queue)).toBe('a');
    queue.add('a');
    const next = queue.take();
    expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
    queue.done('a');
    expect(await next).toEqual({ key: 'a', priority: 0 });
    queue.done('a');
    expect(await taken(queue)).toBeUndefined();
  });

  test('keeps one timer, however many keys are delayed', () => {
    const clock = fakeClock();
    const queue = createQueue(clock);
    for (let n = 0; n < 1000; n++) queue.add(`k${n}`, { after: 1000 - n });
    expect(clock.pending()).toBe(1);
  });

  test('lets its takers go when it is closed, and keeps its keys for when it is opened', async () => {
    const queue = createQueue(fakeClock());
    const waiting = queue.take();
    queue.close();
    expect(await waiting).toBeUndefined();
    queue.add('a');
    expect(await queue.take()).toBeUndefined();
    queue.open();
    expect(await taken(queue)).toBe('a');
  });

  test('whatever is asked, works on each key after it was last asked for, never twice at a time', async () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      after: fc.nat(50),
      priority: fc.integer({ min: -2, max: 2 }),
      advance: fc.nat(30),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(40), async (steps, effort) => {
        const clock = fakeClock();
        const queue = createQueue(clock);
        const owed = new Set<string>();
        const running = new Set<string>();
        const work = async () => {
          for (let item = await queue.take(); item; item = await queue.take()) {
            const { key } = item;
            expect(running.has(key)).toBe(false);
            running.add(key);
            owed.delete(key);
            await new Promise<void>((resolve) => clock.after(effort, resolve));
            running.delete(key);
            queue.done(key);
          }
        };
        const workers = [work(), work()];
        for (const { advance, ...one } of steps) {
          queue.add(one.key, one);
          owed.add(one.key);
          clock.advance(advance);
          await settled();
        }
        for (let round = 0; round < 20; round++) {
          clock.advance(50);
          await settled();
        }
        expect([...owed]).toEqual([]);
        expect(queue.depth()).toBe(0);
        queue.close();
        await Promise.all(workers);
      }),
      { numRuns: 100 },
    );
  });
});
