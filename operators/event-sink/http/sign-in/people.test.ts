import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../log/event-log.ts';
import { cursorAt } from '../../log/testing/change.ts';
import { record, testLog } from '../../log/testing/logs.ts';
import { peopleIn } from './people.ts';
import { gone, group, user } from './testing/people.ts';

/** A home in which this happened, and what is told of ada in it. */
async function homeAfter(...events: readonly NewEvent[]) {
  const { log } = testLog();
  const happens = (...more: readonly NewEvent[]) => log.append(more, cursorAt(1));
  await happens(...events);
  const people = peopleIn(log);
  return { log, happens, ada: async () => (await people('ada'))?.groups };
}

test('somebody of the home is in the groups that say so', async () => {
  const { ada } = await homeAfter(user('ada'), group('family', 'ben', 'ada'), group('cooks', 'ben'));
  expect(await ada()).toEqual(['family', 'system:authenticated']);
});

describe('at once', () => {
  test.each<[string, NewEvent, string[] | undefined]>([
    ['who is disabled is nobody', user('ada', { disabled: true }), undefined],
    [
      'who is being deleted is nobody',
      user('ada', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      undefined,
    ],
    ['who was deleted is nobody', gone(user('ada')), undefined],
    ['who is taken out of a group is out', group('family', 'ben'), ['system:authenticated']],
    ['who was in a group that is gone is out', gone(group('family', 'ada')), ['system:authenticated']],
    ['who is put into a group is in', group('cooks', 'ada'), ['family', 'cooks', 'system:authenticated']],
  ])('%s', async (_, event, groups) => {
    const { happens, ada } = await homeAfter(user('ada'), group('family', 'ada'));
    expect(await ada()).toEqual(['family', 'system:authenticated']);
    await happens(event);
    expect(await Promise.all([ada(), ada()])).toEqual([groups, groups]);
  });
});

test('groups whose changes are in archives are known all the same', async () => {
  const { log, ada } = await homeAfter(group('family', 'ada'), user('ada'));
  await record(log, 'abcdef');
  const [first] = log.segments();
  if (first === undefined) throw new Error('there is no segment');
  await log.prune(first);
  expect(await ada()).toEqual(['family', 'system:authenticated']);
});

test('nobody is who is not there', async () => {
  expect(await (await homeAfter(group('family', 'ada'))).ada()).toBeUndefined();
});
