import { describe, expect, test } from 'vitest';
import { type Authority, noticeOfEnd, noticeOfReplacement, planAuthority } from './plan.ts';

const now = new Date('2030-06-01T12:00:00Z');
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const day = 86_400_000;

const good: Authority = {
  readable: true,
  limitedToDomain: true,
  made: later(-100 * day),
  ends: later(3550 * day),
};

const make = (replaced?: string) => ({ do: 'make', replaced });
const keep = { do: 'keep' };

describe('the home’s authority', () => {
  test.each<[string, Authority | undefined, string | undefined, object]>([
    ['is made where there is none', undefined, undefined, make()],
    ['is made, with notice, where people trust one that is gone', undefined, 'PEM', make('SecretDeleted')],
    ['is kept while it is of use', good, 'PEM', keep],
    ['is kept where status was lost', good, undefined, keep],
    [
      'is replaced when the domain changed',
      { ...good, limitedToDomain: false },
      'PEM',
      make('DomainChanged'),
    ],
    ['is kept when it is about to end', { ...good, ends: later(day) }, 'PEM', keep],
    ['is kept when it has ended', { ...good, ends: later(-day) }, 'PEM', keep],
    ['is kept when the clock is wrong', { ...good, made: later(100 * day) }, 'PEM', keep],
    [
      'is not replaced when it is damaged',
      { readable: false },
      'PEM',
      { do: 'refuse', reason: 'AuthorityUnreadable' },
    ],
  ])('%s', (_, authority, published, plan) => {
    expect(planAuthority(authority, published, now)).toMatchObject(plan);
  });

  const conditionsOf = (authority: Authority) => {
    const plan = planAuthority(authority, 'PEM', now);
    return plan.do === 'keep' ? { types: plan.conditions.map(({ type }) => type), after: plan.after } : plan;
  };
  const replaced = { ...good, replaced: 'DomainChanged' };

  test.each<[string, Authority, string[], number | undefined]>([
    ['nothing in its best years', good, [], 3550 * day - noticeOfEnd],
    ['for a month that it is a new one', { ...replaced, made: later(-29 * day) }, ['AuthorityReplaced'], day],
    [
      'no more after that month',
      { ...replaced, made: later(-noticeOfReplacement) },
      [],
      3550 * day - noticeOfEnd,
    ],
    ['for its last year that it ends', { ...good, ends: later(noticeOfEnd) }, ['AuthorityEnding'], undefined],
  ])('says %s', (_, authority, types, after) => {
    expect(conditionsOf(authority)).toEqual({ types, after });
  });
});
