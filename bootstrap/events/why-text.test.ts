import type { WhyAnswer, WhyStep } from '@hearth/domain';
import { expect, test } from 'vitest';
import { whyText } from './why-text.ts';

const step = (sentence: string, rest: Partial<WhyStep> = {}): WhyStep => ({
  state: 'not-ready',
  sentence,
  ...rest,
});
const answerOf = (sentence: string, steps: readonly WhyStep[], truncated = false): WhyAnswer => ({
  of: 'home/apps.apps.hearth.dev/rss',
  seq: 12,
  state: 'not-ready',
  sentence,
  steps: [...steps],
  causes: [],
  truncated,
});
const changed: WhyStep['changed'] = {
  seq: 7,
  time: '2026-03-01T09:12:03.000Z',
  actor: { name: 'hearth', confidence: 'field-manager' },
};

test('the way to a cause is indented step by step, with the last change of each', () => {
  const answer = answerOf('rss is not ready because its database rss-db is not ready: No room.', [
    step('rss is not ready', { changed }),
    step('its database rss-db is not ready: No room', { from: { step: 0, by: 'dependsOn' }, changed }),
    step('its route rss-route is ready', { state: 'ready', from: { step: 0, by: 'owns' } }),
    step('the app postgres, which may not be seen', { state: 'hidden', from: { step: 1, by: 'binds' } }),
  ]);
  expect(whyText(answer, 'UTC').split('\n')).toEqual([
    'rss is not ready because its database rss-db is not ready: No room.',
    '',
    '  ✗ rss is not ready  (event 7, 09:12:03, hearth)',
    '    ✗ its database rss-db is not ready: No room  (event 7, 09:12:03, hearth)',
    '      ? the app postgres, which may not be seen',
    '    ✓ its route rss-route is ready',
  ]);
});

test('where there is no way to tell of, the sentence is enough', () => {
  expect(whyText(answerOf('rss is ready.', [step('rss is ready', { state: 'ready' })]))).toBe(
    'rss is ready.',
  );
});

test('a way that leads back does not go on for ever, and one that was cut off says so', () => {
  const round = answerOf(
    'They wait for each other.',
    [step('a waits', { changed }), step('b waits', { from: { step: 1, by: 'dependsOn' } })],
    true,
  );
  expect(whyText(round, 'UTC').split('\n')).toEqual([
    'They wait for each other.',
    '',
    '  ✗ a waits  (event 7, 09:12:03, hearth)',
    '',
    'There is more than is looked at for one answer.',
  ]);
});
