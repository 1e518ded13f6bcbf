import { describe, expect, it } from 'vitest';
import { filterOf, isSameName, scopeOf, treeOf } from './tree.ts';

const tree = treeOf('dc=hearth,dc=home,dc=arpa');

it('knows where things are', () => {
  expect([tree.clientDN('home-rss'), tree.groupDN('family'), tree.peopleDN]).toEqual([
    'cn=home-rss,ou=clients,dc=hearth,dc=home,dc=arpa',
    'cn=family,ou=groups,dc=hearth,dc=home,dc=arpa',
    'ou=people,dc=hearth,dc=home,dc=arpa',
  ]);
});

describe('what an account may see', () => {
  it.each([
    ['all people and groups', [], [tree.groupsDN, tree.peopleDN]],
    ['the groups that may enter', ['a', 'b'], [tree.groupDN('a'), tree.groupDN('b')]],
  ])('is %s', (_, groups, scope) => {
    expect(scopeOf(groups, tree)).toEqual(scope);
  });
});

describe('the filter', () => {
  it.each([
    [
      'people, where the directory keeps the account to its groups',
      ['a'],
      true,
      '(objectClass=inetOrgPerson)',
    ],
    ['people, where everybody may enter', [], false, '(objectClass=inetOrgPerson)'],
    [
      'who is of a group, where nobody else sees to that',
      ['a', 'b'],
      false,
      `(&(objectClass=inetOrgPerson)(|(memberOf=${tree.groupDN('a')})(memberOf=${tree.groupDN('b')})))`,
    ],
  ])('finds %s', (_, groups, isScoped, filter) => {
    expect(filterOf(groups, tree, isScoped)).toBe(filter);
  });
});

it.each([
  ['cn=a,dc=b', 'CN=A, dc = b', true],
  ['cn=a,dc=b', 'cn=a,dc=c', false],
])('takes %s and %s for the same: %s', (one, another, same) => {
  expect(isSameName(one, another)).toBe(same);
});
