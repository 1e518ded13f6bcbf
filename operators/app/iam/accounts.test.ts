import { Group, User } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { accountsOf, strangersIn } from './accounts.ts';

const gone = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const user = (name: string, spec: object = {}, metadata: object = {}): User => ({
  apiVersion: User.apiVersion,
  kind: 'User',
  metadata: { name, ...metadata },
  spec: User.spec.parse(spec) as User['spec'],
});
const group = (name: string, members: string[] | undefined, metadata: object = {}): Group => ({
  apiVersion: Group.apiVersion,
  kind: 'Group',
  metadata: { name, ...metadata },
  spec: Group.spec.parse({ members }) as Group['spec'],
});

describe('accountsOf', () => {
  it('says who there is, and of which groups', () => {
    const users = [user('ben'), user('anna', { displayName: 'Anna', email: 'anna@example.org' })];
    const groups = [
      group('parents', ['anna']),
      group('family', ['anna', 'ben', 'nobody']),
      group('empty', undefined),
    ];
    expect(accountsOf(users, groups).users).toEqual([
      {
        name: 'anna',
        displayName: 'Anna',
        email: 'anna@example.org',
        disabled: false,
        groups: ['family', 'parents'],
      },
      { name: 'ben', displayName: 'ben', disabled: false, groups: ['family'] },
    ]);
  });

  it('leaves out who is being deleted, and groups that are', () => {
    const users = [user('anna'), user('ben', {}, gone)];
    const groups = [group('family', ['anna', 'ben'], gone), group('parents', ['anna'])];
    expect(accountsOf(users, groups).users).toMatchObject([{ name: 'anna', groups: ['parents'] }]);
  });

  it('has a revision that changes with the people, and not with their order', () => {
    const users = [user('anna'), user('ben')];
    const groups = [group('a', ['anna', 'ben']), group('b', ['anna'])];
    const { revision } = accountsOf(users, groups);
    expect(accountsOf(users.toReversed(), groups.toReversed()).revision).toBe(revision);
    const others = [
      accountsOf([user('anna')], groups),
      accountsOf([user('anna', { disabled: true }), user('ben')], groups),
      accountsOf(users, [group('a', ['ben']), group('b', ['anna'])]),
    ];
    expect(new Set([revision, ...others.map((each) => each.revision)]).size).toBe(4);
  });
});

it('finds the members of a group that are no Users', () => {
  const isUser = (name: string) => name === 'anna';
  expect(strangersIn(group('family', ['kim', 'anna', 'ben']), isUser)).toEqual(['ben', 'kim']);
  expect(strangersIn(group('family', undefined), isUser)).toEqual([]);
});
