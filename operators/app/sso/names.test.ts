import { describe, expect, it } from 'vitest';
import { clientIdOf } from './names.ts';

describe('clientIdOf', () => {
  it.each([
    ['home', 'rss-sso', 'home-rss-sso'],
    ['home2', 'a', 'home2-a'],
  ])('leaves %s/%s as it can be read', (namespace, name, id) => {
    expect(clientIdOf(namespace, name)).toBe(id);
  });

  it.each([
    ['a hyphen in the namespace', 'my-home', 'rss'],
    ['two hyphens', 'home', 'rss--sso'],
    ['a dot', 'home', 'rss.sso'],
    ['a long name', 'home', 'x'.repeat(60)],
    ['a long namespace', 'h'.repeat(63), 'rss'],
  ])('ends in a digest where there is %s', (_, namespace, name) => {
    const id = clientIdOf(namespace, name);
    expect(id).toMatch(/^[a-z0-9][a-z0-9-]*--[0-9a-f]{12}$/);
    expect(id.length).toBeLessThanOrEqual(48);
  });

  it('calls no two alike', () => {
    const pairs = [
      ['a', 'b-c'],
      ['a-b', 'c'],
      ['a', 'b.c'],
      ['a', 'b--c'],
      ['home', `${'x'.repeat(60)}1`],
      ['home', `${'x'.repeat(60)}2`],
    ] as const;
    const ids = pairs.map(([namespace, name]) => clientIdOf(namespace, name));
    expect(new Set(ids).size).toBe(pairs.length);
  });
});
