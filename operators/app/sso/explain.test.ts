import { Stalled, Waiting } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { refused, unanswered } from './explain.ts';

const doing = { provider: 'App p/identity', what: 'making client "x"' };

describe('refused', () => {
  it.each([
    [401, Stalled, 'AdminRefused'],
    [403, Stalled, 'AdminRefused'],
    [500, Waiting, 'ProviderFailed'],
    [503, Waiting, 'ProviderFailed'],
    [429, Waiting, 'ProviderFailed'],
    [409, Waiting, 'Raced'],
    [400, Stalled, 'ProviderRefused'],
    [404, Stalled, 'ProviderRefused'],
  ])('knows what %i means', (status, type, reason) => {
    const error = refused(doing, status, 'no title');
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      reason,
      message: expect.stringMatching(
        new RegExp(`^App p/identity .*\\(making client "x": it answered ${status}, no title\\)\\.$`),
      ),
    });
  });
});

it('says who doesn’t answer', () => {
  expect(unanswered(doing, 'broke off')).toMatchObject({
    name: 'Waiting',
    reason: 'ProviderUnreachable',
    message: 'App p/identity doesn’t answer (making client "x": it broke off).',
  });
});
