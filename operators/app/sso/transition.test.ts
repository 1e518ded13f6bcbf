import { describe, expect, it } from 'vitest';
import { emptyLedger, type Ledger, placesOf, type Wish } from './ledger.ts';
import { arrival, transitionOf } from './transition.ts';

const now = new Date('2026-02-03T04:05:06Z');
const since = '2026-02-03T04:05:06.000Z';
const wish: Wish = { at: 'p/identity', id: 'rss', overlap: 'secrets', newSecret: 'new' };
const old = { at: 'p/identity', id: 'rss', secret: 'old' };
const fresh = { at: 'p/identity', id: 'rss', secret: 'new' };
const elsewhere = { at: 'p/keycloak', id: 'rss', secret: 'k' };
const there = { at: 'p/keycloak', id: 'rss' };

describe('a way', () => {
  it.each<[string, Ledger, Partial<Wish>, boolean, object, Ledger]>([
    [
      'makes the first',
      emptyLedger,
      {},
      false,
      { prepared: { next: fresh, former: [] }, leaving: [] },
      { current: fresh, since, former: [] },
    ],
    [
      'leaves what is right',
      { current: old, since, former: [] },
      {},
      true,
      { prepared: { current: old, since, former: [] }, leaving: [] },
      { current: old, since, former: [] },
    ],
    [
      'keeps the old secret beside the new one',
      { current: old, since: 'before', former: [] },
      { rotation: 'r' },
      true,
      { leaving: [] },
      { current: { ...fresh, rotation: 'r' }, since, former: [old] },
    ],
    [
      'keeps it while somebody runs on it',
      { current: fresh, since, former: [old] },
      {},
      false,
      { target: { current: fresh, since, former: [old] }, leaving: [] },
      { current: fresh, since, former: [old] },
    ],
    [
      'takes it away when nobody does, and removes no client for it',
      { current: fresh, since, former: [old] },
      {},
      true,
      {
        prepared: { current: fresh, since, former: [old] },
        target: { current: fresh, since, former: [] },
        leaving: [],
      },
      { current: fresh, since, former: [] },
    ],
    [
      'removes the client of the provider that it left',
      { current: fresh, since, former: [elsewhere] },
      {},
      true,
      { prepared: { current: fresh, since, former: [elsewhere] }, leaving: [there] },
      { current: fresh, since, former: [] },
    ],
    [
      'keeps that while somebody runs on it',
      { current: fresh, since, former: [elsewhere] },
      {},
      false,
      { leaving: [] },
      { current: fresh, since, former: [elsewhere] },
    ],
    [
      'removes nothing before what comes next was shown',
      { next: fresh, current: elsewhere, former: [] },
      {},
      true,
      { leaving: [] },
      { current: fresh, since, former: [elsewhere] },
    ],
    [
      'goes on to the next while it removes the last',
      { current: old, since, former: [elsewhere] },
      { rotation: 'r' },
      true,
      {
        prepared: { current: old, since, next: { ...fresh, rotation: 'r' }, former: [elsewhere] },
        leaving: [there],
      },
      { current: { ...fresh, rotation: 'r' }, since, former: [old] },
    ],
  ])('%s', (_, before, more, isSettled, way, after) => {
    const transition = transitionOf(before, { ...wish, ...more }, isSettled);
    expect(transition).toMatchObject(way);
    expect(arrival(transition, [], now)).toEqual(after);
  });

  it('has written down every place that it touches', () => {
    const before: Ledger = { current: old, since, former: [elsewhere] };
    for (const isSettled of [true, false]) {
      const { prepared, target, leaving } = transitionOf(before, { ...wish, at: 'p/authentik' }, isSettled);
      expect(placesOf(prepared)).toEqual(
        expect.arrayContaining([...placesOf(before), ...placesOf(target), ...leaving]),
      );
    }
  });

  it('remembers what could not be removed', () => {
    const transition = transitionOf({ current: fresh, since, former: [elsewhere] }, wish, true);
    expect(arrival(transition, [there], now)).toEqual({ current: fresh, since, former: [elsewhere] });
  });
});
