import { describe, expect, it } from 'vitest';
import { anAccount } from '../testing/records.ts';
import { treeOf, wantedContent } from './entries.ts';

const tree = treeOf('dc=hearth,dc=test');
const password = (id: string, sub: string) => ({ id, sub, name: id, hash: `{SSHA512}${id}`, created: 0 });
const content = (...accounts: Parameters<typeof anAccount>[0][]) =>
  wantedContent(
    accounts.map((account) => anAccount(account)),
    [password('wiki', 'sub-mila'), password('mail', 'sub-mila'), password('other', 'sub-ben')],
    tree,
    'ours',
  );

describe('a person', () => {
  it('is an inetOrgPerson with the hashes of their app passwords', () => {
    expect(content({}).people.get('mila')).toEqual({
      objectClass: ['inetOrgPerson'],
      uid: ['mila'],
      cn: ['Mila'],
      displayName: ['Mila'],
      givenName: [],
      sn: ['Mila'],
      mail: ['mila@example.org'],
      userPassword: ['{SSHA512}wiki', '{SSHA512}mail'],
      description: ['ours'],
    });
  });

  it.each([
    ['Mila van der Berg', { cn: ['Mila van der Berg'], givenName: ['Mila van der'], sn: ['Berg'] }],
    ['  Mila  ', { cn: ['Mila'], givenName: [], sn: ['Mila'] }],
    ['   ', { cn: ['mila'], givenName: [], sn: ['mila'] }],
  ])('who is called %j has the names that LDAP wants', (displayName, names) => {
    expect(content({ displayName }).people.get('mila')).toMatchObject(names);
  });

  it('who was removed is not there', () => {
    const { people, groups } = content({ removed: 1 });
    expect([people.size, groups.size]).toEqual([0, 0]);
  });

  it('who is disabled is let in by no password, and is of no group', () => {
    const { people, groups } = content({ disabled: true });
    expect(people.get('mila')).toMatchObject({ uid: ['mila'], userPassword: [] });
    expect(groups.size).toBe(0);
  });
});

it('has the groups that somebody is of', () => {
  const ben = { sub: 'sub-ben', name: 'ben', groups: ['family', 'admins'] };
  const { groups } = content({}, ben, { sub: 'sub-kim', name: 'kim', groups: [] });
  expect(Object.fromEntries([...groups].map(([name, { member }]) => [name, member]))).toEqual({
    family: ['uid=mila,ou=people,dc=hearth,dc=test', 'uid=ben,ou=people,dc=hearth,dc=test'],
    admins: ['uid=ben,ou=people,dc=hearth,dc=test'],
  });
});
