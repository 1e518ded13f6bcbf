import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDatabaseName, isReserved, tombstoneName } from './names.ts';

describe('the name of a database', () => {
  it.each([
    ['home', 'rss', 'home_rss'],
    ['home', 'rss-db', 'home_rss_db'],
    ['kids2', 'a-b-c', 'kids2_a_b_c'],
  ])('of %s/%s is %s', (namespace, name, expected) => {
    expect(defaultDatabaseName(namespace, name)).toBe(expected);
  });

  it.each([
    ['a-b', 'c', /^a_b_c__[0-9a-f]{12}$/],
    ['a', 'b--c', /^a_b__c__[0-9a-f]{12}$/],
    ['a', 'b.c', /^a_b_c__[0-9a-f]{12}$/],
    ['1st', 'db', /^_1st_db__[0-9a-f]{12}$/],
    ['pg', 'db', /^_pg_db__[0-9a-f]{12}$/],
    ['n'.repeat(63), 'd'.repeat(253), /^n{49}__[0-9a-f]{12}$/],
  ])('of %s/%s carries a digest, since it could be read in two ways', (namespace, name, expected) => {
    expect(defaultDatabaseName(namespace, name)).toMatch(expected);
  });

  const part = fc.stringMatching(/^[a-c]([-a-c.]{0,6}[a-c])?$/);
  const label = fc.stringMatching(/^[a-c]([-a-c]{0,4}[a-c])?$/);

  it('differs where namespace or name differ', () => {
    fc.assert(
      fc.property(label, part, label, part, (namespace, name, otherNamespace, otherName) => {
        fc.pre(namespace !== otherNamespace || name !== otherName);
        expect(defaultDatabaseName(namespace, name)).not.toBe(defaultDatabaseName(otherNamespace, otherName));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is one that PostgreSQL takes whole and the schema allows', () => {
    const any = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);
    fc.assert(
      fc.property(any, any, (namespace, name) => {
        const database = defaultDatabaseName(namespace, name);
        expect(database).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
        expect(isReserved(database)).toBe(false);
      }),
    );
  });
});

describe('the name of a tombstone', () => {
  const provider = { namespace: 'hearth-providers', name: 'postgres' };

  it('can be a Secret’s', () => {
    expect(tombstoneName(provider, 'home_rss_db')).toMatch(/^postgres-home-rss-db-[0-9a-f]{12}-retained$/);
    expect(tombstoneName(provider, '___')).toMatch(/^postgres-database-[0-9a-f]{12}-retained$/);
  });

  it('tells databases apart that look alike in it', () => {
    expect(tombstoneName(provider, 'a_b')).not.toBe(tombstoneName(provider, 'a__b'));
    expect(tombstoneName(provider, 'a_b')).not.toBe(tombstoneName(provider, '_a_b'));
  });
});
