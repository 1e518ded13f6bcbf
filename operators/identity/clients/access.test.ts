import { describe, expect, it } from 'vitest';
import { anAccount } from '../testing/records.ts';
import { mayBeHere, mayEnter } from './access.ts';

describe('who may be here', () => {
  it.each([
    ['somebody of the home', anAccount(), true],
    ['nobody', undefined, false],
    ['somebody disabled', anAccount({ disabled: true }), false],
    ['somebody removed', anAccount({ removed: 1 }), false],
  ])('%s', (_who, account, may) => {
    expect(mayBeHere(account)).toBe(may);
  });
});

describe('who may enter an app', () => {
  it.each([
    ['everyone, where it names no group', [], anAccount({ groups: [] }), true],
    ['whoever is in one of its groups', ['parents', 'family'], anAccount({ groups: ['family'] }), true],
    ['nobody else', ['parents'], anAccount({ groups: ['family'] }), false],
    ['nobody disabled', [], anAccount({ disabled: true }), false],
    ['nobody removed', ['family'], anAccount({ removed: 1 }), false],
  ])('%s', (_who, groups, account, may) => {
    expect(mayEnter(account, { groups })).toBe(may);
  });
});
