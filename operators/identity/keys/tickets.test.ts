import { describe, expect, it } from 'vitest';
import { createKeys, sameText } from './keys.ts';
import { createSeal } from './seal.ts';
import { createTickets } from './tickets.ts';

const keys = createKeys('a master key of more than 32 characters');

describe('derived keys', () => {
  it('are the same each time, and one for each purpose and label', () => {
    expect(keys.derive('seal', 'a')).toEqual(
      createKeys('a master key of more than 32 characters').derive('seal', 'a'),
    );
    const all = [
      keys.derive('seal'),
      keys.derive('seal', 'a'),
      keys.derive('ticket'),
      createKeys('another').derive('seal'),
    ];
    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it('tell parts apart wherever they are divided', () => {
    expect(keys.mac('artefact', 'ab', 'c')).not.toBe(keys.mac('artefact', 'a', 'bc'));
    expect(keys.mac('artefact', 'a')).not.toBe(keys.mac('recovery-code', 'a'));
  });

  it.each([
    ['one', 'one', true],
    ['one', 'two', false],
    ['one', 'ones', false],
    ['', '', true],
  ])('compares %o and %o', (a, b, same) => {
    expect(sameText(a, b)).toBe(same);
  });
});

describe('a seal', () => {
  const seal = createSeal(keys.derive('seal'));

  it('opens for who says what it is about, and has the key', () => {
    const sealed = seal.close('a secret', 'about');
    expect(sealed).not.toContain('secret');
    expect(seal.open(sealed, 'about')).toBe('a secret');
    expect(seal.open(sealed, 'else')).toBeUndefined();
    expect(createSeal(keys.derive('ticket')).open(sealed, 'about')).toBeUndefined();
  });

  it('never looks the same twice', () => {
    expect(seal.close('a secret', 'about')).not.toBe(seal.close('a secret', 'about'));
  });

  it('does not open where one bit differs, or where something is missing', () => {
    const bytes = Buffer.from(seal.close('a secret', 'about'), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal.open(changed.toString('base64url'), 'about')).toBeUndefined();
    }
    for (const cut of ['', 'x', bytes.subarray(0, 28).toString('base64url')]) {
      expect(seal.open(cut, 'about')).toBeUndefined();
    }
  });
});

describe('a ticket', () => {
  let now = 1000;
  let id = 0;
  const tickets = createTickets(
    createSeal(keys.derive('ticket')),
    () => now,
    () => `id-${id++}`,
  );

  it('says what it was issued with, until it expires', () => {
    const ticket = tickets.issue('enrol', { sub: 'mila' }, 500);
    expect(tickets.open('enrol', ticket)).toEqual({
      content: { sub: 'mila' },
      spent: { id: 'id-0', expires: 1500 },
    });
    now = 1499;
    expect(tickets.open('enrol', ticket)).toBeDefined();
    now = 1500;
    expect(tickets.open('enrol', ticket)).toBeUndefined();
  });

  it('is for one purpose, and can’t be made up', () => {
    const ticket = tickets.issue('enrol', {}, 500);
    expect(tickets.open('sign-in', ticket)).toBeUndefined();
    expect(tickets.open('enrol', 'made-up')).toBeUndefined();
  });
});
