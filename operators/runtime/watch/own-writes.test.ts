import { describe, expect, test } from 'vitest';
import { fakeClock } from '../testing.ts';
import { createOwnWrites, type OwnWrites, type Written } from './own-writes.ts';

/** Whether a wait is over. */
async function isOver(wait: Promise<void> | undefined): Promise<boolean> {
  if (!wait) return true;
  return Promise.race([
    wait.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);
}

const at = (resourceVersion: string) => ({ uid: 'u', resourceVersion });

/** A list of this version that holds this state of every key. */
const listed = (resourceVersion: string, state: { uid: string; resourceVersion?: string } | undefined) => ({
  resourceVersion,
  get: () => state,
});

function start(gaveUp: string[] = []): { writes: OwnWrites; clock: ReturnType<typeof fakeClock> } {
  const clock = fakeClock();
  return { clock, writes: createOwnWrites(clock, (key) => gaveUp.push(key)) };
}

describe('waiting for own writes', () => {
  test('ends when the watch brings the version that was written', async () => {
    const { writes } = start();
    writes.begin('k');
    const wait = writes.settle('k', { resourceVersion: '9' }, at('7'));
    writes.seen('k', at('8'), false);
    expect(await isOver(wait)).toBe(false);
    writes.seen('k', at('9'), false);
    expect(await isOver(wait)).toBe(true);
  });

  test('does not begin where the watch was quicker than the answer, even by several events', () => {
    const { writes } = start();
    writes.begin('k');
    writes.seen('k', at('9'), false);
    writes.seen('k', at('10'), false);
    expect(writes.settle('k', { resourceVersion: '9' }, at('10'))).toBeUndefined();
  });

  test('does not begin where the write changed nothing, or failed', () => {
    const { writes } = start();
    writes.begin('k');
    expect(writes.settle('k', { resourceVersion: '7' }, at('7'))).toBeUndefined();
    writes.begin('k');
    expect(writes.settle('k', undefined, at('7'))).toBeUndefined();
  });

  test('of several writes ends for all that came before the one that is seen', async () => {
    const { writes } = start();
    writes.begin('k');
    const first = writes.settle('k', { resourceVersion: '8' }, at('7'));
    writes.begin('k');
    const second = writes.settle('k', { resourceVersion: '9' }, at('7'));
    writes.seen('k', at('9'), false);
    expect([await isOver(first), await isOver(second)]).toEqual([true, true]);
  });

  test('ends with a deletion, which comes after everything that was written', async () => {
    const { writes } = start();
    writes.begin('k');
    const changed = writes.settle('k', { resourceVersion: '8' }, at('7'));
    writes.begin('k');
    const deleted = writes.settle('k', { deleted: 'u' }, at('7'));
    writes.seen('k', at('8'), false);
    expect([await isOver(changed), await isOver(deleted)]).toEqual([true, false]);
    writes.seen('k', at('9'), true);
    expect(await isOver(deleted)).toBe(true);
  });

  test('does not begin where the removal, after the last finalizer went, was quicker than the answer', () => {
    const { writes } = start();
    writes.begin('k');
    writes.seen('k', at('9'), true);
    expect(writes.settle('k', { resourceVersion: '8', uid: 'u' }, undefined)).toBeUndefined();
  });

  test('does not end with the removal of an earlier object of the same name', async () => {
    const { writes } = start();
    writes.begin('k');
    writes.seen('k', { uid: 'former', resourceVersion: '7' }, true);
    const wait = writes.settle('k', { resourceVersion: '9', uid: 'u' }, undefined);
    writes.seen('k', { uid: 'former', resourceVersion: '8' }, true);
    expect(await isOver(wait)).toBe(false);
    writes.seen('k', at('9'), false);
    expect(await isOver(wait)).toBe(true);
  });

  test('ends with a list that was asked for after the write, not with one from before', async () => {
    const { writes } = start();
    const early = writes.listing();
    writes.begin('k');
    const wait = writes.settle('k', { resourceVersion: 'b' }, at('a'));
    writes.replaced(early, listed('a', at('a')));
    expect(await isOver(wait)).toBe(false);
    writes.replaced(writes.listing(), listed('c', at('b')));
    expect(await isOver(wait)).toBe(true);
  });

  test.each<[string, Written, ReturnType<typeof listed>]>([
    ['holds it', { resourceVersion: 'b' }, listed('c', at('b'))],
    ['holds what others made of it since', { resourceVersion: '8' }, listed('12', at('10'))],
    ['no longer holds what was written', { resourceVersion: '8', uid: 'u' }, listed('12', undefined)],
    ['no longer holds what was deleted', { deleted: 'u' }, listed('c', undefined)],
    ['holds the successor of what was deleted', { deleted: 'u' }, listed('c', { uid: 'v' })],
  ])('ends with a list that was under way during the write where it %s', async (_, written, list) => {
    const { writes } = start();
    const mark = writes.listing();
    writes.begin('k');
    const wait = writes.settle('k', written, at('7'));
    writes.replaced(mark, list);
    expect(await isOver(wait)).toBe(true);
  });

  test.each<[string, Written, ReturnType<typeof listed>]>([
    ['from before it', { resourceVersion: '8' }, listed('7', at('7'))],
    ['from before it was made', { resourceVersion: '8', uid: 'u' }, listed('7', undefined)],
    ['from before it was deleted', { deleted: 'u' }, listed('7', at('7'))],
  ])('goes on with a list that was under way during the write and is %s', async (_, written, list) => {
    const { writes } = start();
    const mark = writes.listing();
    writes.begin('k');
    const wait = writes.settle('k', written, at('7'));
    writes.replaced(mark, list);
    expect(await isOver(wait)).toBe(false);
  });

  test('does not begin where a list with a later version was quicker than the answer', () => {
    const { writes } = start();
    writes.begin('k');
    writes.replaced(writes.listing(), listed('12', at('10')));
    expect(writes.settle('k', { resourceVersion: '8', uid: 'u' }, at('10'))).toBeUndefined();
  });

  test('is given up in the end, and said so, rather than to hold a key for ever', async () => {
    const gaveUp: string[] = [];
    const { writes, clock } = start(gaveUp);
    writes.begin('k');
    const wait = writes.settle('k', { resourceVersion: '8' }, at('7'));
    clock.advance(29_999);
    expect(await isOver(wait)).toBe(false);
    clock.advance(1);
    expect(await isOver(wait)).toBe(true);
    expect(gaveUp).toEqual(['k']);
    expect(clock.pending()).toBe(0);
  });
});
