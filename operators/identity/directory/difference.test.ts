import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, type Step } from './difference.ts';
import { type Attributes, type Content, type Entries, treeOf } from './entries.ts';

const tree = treeOf('dc=test');
const MARK = 'ours';

const person = (name: string, over: Attributes = {}): Attributes => ({
  objectClass: ['inetOrgPerson'],
  uid: [name],
  mail: [],
  userPassword: ['one'],
  description: [MARK],
  ...over,
});
const content = (people: Record<string, Attributes>, groups: Record<string, Attributes> = {}): Content => ({
  people: new Map(Object.entries(people)),
  groups: new Map(Object.entries(groups)),
});
const between = (wanted: Content, observed: Content) => difference(wanted, observed, tree, MARK);

describe('the difference', () => {
  it('is nothing where all is as it is to be, in whatever order', () => {
    const wanted = content({ mila: person('mila', { userPassword: ['one', 'two'] }) });
    const { objectClass: _, ...entry } = person('mila', { userPassword: ['two', 'one'] });
    expect(between(wanted, content({ mila: entry })).steps).toEqual([]);
  });

  it('adds what is missing, without attributes that have no values', () => {
    const { mail: _, ...attributes } = person('mila');
    expect(between(content({ mila: person('mila') }), content({})).steps).toEqual([
      { do: 'add', dn: 'uid=mila,ou=people,dc=test', attributes },
    ]);
  });

  it('replaces what differs, and nothing else', () => {
    const wanted = content({ mila: person('mila', { userPassword: [] }) });
    expect(between(wanted, content({ mila: person('mila') })).steps).toEqual([
      { do: 'replace', dn: 'uid=mila,ou=people,dc=test', attributes: { userPassword: [] } },
    ]);
  });

  it('takes away before it gives', () => {
    const family = (...member: string[]) => ({ cn: ['family'], member, description: [MARK] });
    const wanted = content({ kim: person('kim'), ben: person('ben') }, { family: family('kim') });
    const observed = content(
      { mila: person('mila'), ben: person('ben', { userPassword: ['two'] }) },
      { family: family('mila'), admins: family('mila') },
    );
    expect(between(wanted, observed).steps.map((step) => [step.do, step.dn.split(',')[0]])).toEqual([
      ['remove', 'uid=mila'],
      ['replace', 'uid=ben'],
      ['remove', 'cn=admins'],
      ['replace', 'cn=family'],
      ['add', 'uid=kim'],
    ]);
  });

  it('leaves alone what somebody else has made, now and the next time', () => {
    const others = {
      printer: person('printer', { description: ['the printer'] }),
      mila: person('mila', { description: [] }),
    };
    const wanted = content({ mila: person('mila') });
    const { steps, taken, result } = between(wanted, content(others));
    expect([steps, taken]).toEqual([[], ['uid=mila,ou=people,dc=test']]);
    const later = content({ mila: person('mila', { userPassword: ['two'] }) });
    expect(between(later, result).steps).toEqual([]);
  });
});

/** What a directory holds after steps, as a directory takes them. */
function taken(observed: Entries, steps: readonly Step[], dnOf: (name: string) => string): Entries {
  const entries = new Map([...observed].map(([name, attributes]) => [dnOf(name), { name, attributes }]));
  for (const step of steps) {
    const name = step.dn.slice(step.dn.indexOf('=') + 1, step.dn.indexOf(','));
    if (step.do === 'remove') entries.delete(step.dn);
    else
      entries.set(step.dn, { name, attributes: { ...entries.get(step.dn)?.attributes, ...step.attributes } });
  }
  return new Map([...entries.values()].map(({ name, attributes }) => [name, attributes]));
}

it('is nothing once it has been made up for, whatever there was', () => {
  const names = fc.constantFrom('mila', 'ben', 'kim', 'ada');
  const values = fc.uniqueArray(fc.constantFrom('one', 'two', 'three'));
  const some = fc
    .array(
      fc.record({
        name: names,
        userPassword: values,
        mail: values,
        description: fc.constantFrom([MARK], [], ['x']),
      }),
    )
    .map((all) => new Map(all.map(({ name, ...over }) => [name, person(name, over)])));
  fc.assert(
    fc.property(some, some, (wanted, observed) => {
      const ours = new Map([...wanted].map(([name, entry]) => [name, { ...entry, description: [MARK] }]));
      const goal = { people: ours, groups: new Map() };
      const { steps } = between(goal, { people: observed, groups: new Map() });
      const after = taken(observed, steps, tree.personDN);
      expect(between(goal, { people: after, groups: new Map() }).steps).toEqual([]);
      for (const [name, entry] of observed) {
        if (!entry.description?.includes(MARK)) expect(after.get(name)).toEqual(entry);
      }
    }),
  );
});
