import { describe, expect, it } from 'vitest';
import {
  emptyLedger,
  type Ledger,
  placesOf,
  readLedger,
  rotationWaits,
  secretsAt,
  type Wish,
  wished,
  writeLedger,
} from './ledger.ts';

const wish: Wish = { at: 'p/identity', id: 'home-rss', overlap: 'secrets', newSecret: 'fresh' };
const first = { at: 'p/identity', id: 'home-rss', secret: 's1' };
const second = { ...first, secret: 's2', rotation: 'r2' };
const fresh = { at: 'p/identity', id: 'home-rss', secret: 'fresh' };
const elsewhere = { at: 'p/keycloak', id: 'home-rss', secret: 'k1' };
const steady: Ledger = { current: first, since: '2026-01-01T00:00:00Z', former: [] };

describe('wished', () => {
  it.each<[string, Ledger, Partial<Wish>, Ledger]>([
    ['a secret, where there is none', emptyLedger, {}, { next: fresh, former: [] }],
    ['nothing, where all is there', steady, {}, steady],
    ['nothing, where what is next will do', { next: first, former: [] }, {}, { next: first, former: [] }],
    [
      'a second secret, to rotate',
      steady,
      { rotation: 'r1' },
      { ...steady, next: { ...fresh, rotation: 'r1' } },
    ],
    [
      'nothing, where it was rotated',
      { ...steady, current: second },
      { rotation: 'r2' },
      { ...steady, current: second },
    ],
    [
      'nothing, where the wish to rotate is taken back',
      { ...steady, current: second },
      {},
      { ...steady, current: second },
    ],
    [
      'no third secret while two are in use',
      { current: second, former: [first] },
      { rotation: 'r3' },
      { current: second, former: [first] },
    ],
    [
      'no third secret while the second was seen by nobody',
      { ...steady, next: second },
      { rotation: 'r3' },
      { ...steady, next: { ...second, rotation: 'r3' } },
    ],
    [
      'a client elsewhere, to move',
      steady,
      { at: 'p/keycloak' },
      { ...steady, next: { ...fresh, at: 'p/keycloak' } },
    ],
    [
      'to remember where it went on the way',
      { ...steady, next: elsewhere },
      { at: 'p/authentik' },
      { ...steady, next: { ...fresh, at: 'p/authentik' }, former: [elsewhere] },
    ],
    [
      'to go back, though some still run there',
      { current: elsewhere, former: [first] },
      {},
      { current: elsewhere, next: fresh, former: [first] },
    ],
    [
      'to move, though two secrets are in use',
      { current: second, former: [first] },
      { at: 'p/keycloak' },
      { current: second, next: { ...fresh, at: 'p/keycloak' }, former: [first] },
    ],
    [
      'a client without a secret, where there are none',
      emptyLedger,
      { newSecret: undefined },
      { next: { at: 'p/identity', id: 'home-rss' }, former: [] },
    ],
    [
      'no more than a note, to rotate what has no secret',
      { current: { at: 'p/identity', id: 'home-rss' }, former: [] },
      { newSecret: undefined, rotation: 'r1' },
      { current: { at: 'p/identity', id: 'home-rss', rotation: 'r1' }, former: [] },
    ],
  ])('asks for %s', (_, before, more, after) => {
    expect(wished(before, { ...wish, ...more })).toEqual(after);
  });

  describe('where a client has one secret', () => {
    const one: Wish = { ...wish, overlap: 'clients', rotation: 'r' };
    const client = (id: string) => ({ at: 'p/identity', id, secret: id });
    it.each<[string, Ledger, string]>([
      ['the first client', emptyLedger, 'home-rss'],
      ['a second client beside the first', { current: client('home-rss'), former: [] }, 'home-rss_2'],
      ['the first again after the second', { current: client('home-rss_2'), former: [] }, 'home-rss'],
      [
        'the older one, where both are in use',
        { current: elsewhere, former: [client('home-rss_2'), client('home-rss')] },
        'home-rss',
      ],
    ])('makes %s', (_, before, id) => {
      expect(wished(before, one).next).toEqual({
        at: 'p/identity',
        id,
        secret: 'fresh',
        rotation: 'r',
      });
    });
  });
});

describe('rotationWaits', () => {
  it.each<[string, Ledger, boolean]>([
    ['for the secret before the last', { current: second, former: [first] }, true],
    ['for nothing else', steady, false],
    ['for no secret of another provider', { current: second, former: [elsewhere] }, false],
    ['for nothing while the next is seen by nobody', { next: second, former: [first] }, false],
  ])('%s', (_, ledger, waits) => {
    expect(rotationWaits(ledger, { ...wish, rotation: 'r9' })).toBe(waits);
  });
});

it('finds each place once, and the two newest secrets of one', () => {
  const ledger: Ledger = { next: fresh, current: elsewhere, former: [second, first] };
  expect(placesOf(ledger)).toEqual([
    { at: 'p/identity', id: 'home-rss' },
    { at: 'p/keycloak', id: 'home-rss' },
  ]);
  expect(secretsAt(ledger, first)).toEqual(['fresh', 's2']);
});

describe('in a Secret', () => {
  it('is read as it was written', () => {
    const ledger: Ledger = {
      next: fresh,
      current: first,
      since: '2026-01-01T00:00:00.000Z',
      former: [second],
    };
    expect(readLedger(writeLedger(ledger))).toEqual(ledger);
  });

  it.each([undefined, '', '{', '[]', '{"former":[{}]}', '{"former":[],"current":{"at":1,"id":""}}'])(
    'is not read in %s',
    (text) => {
      expect(readLedger(text)).toBeUndefined();
    },
  );
});
