import { describe, expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import {
  app,
  binding,
  catalogueOf,
  definition,
  everyone,
  homeWith,
  identity,
  keycloak,
  outcomes,
  planned,
  resolveIn,
  running,
} from './fixtures.ts';
import { indexInstalled } from './installed.ts';
import { keyOf, refKey } from './ref.ts';
import { nextToMove } from './turn.ts';

const sso = { name: 'sso', kind: 'SSOClient', strategy: 'oidc', linking: 'username' } as const;
const peer = { name: 'peer', kind: 'Connection', role: 'shop' } as const;
const wiki = definition('wiki', {
  integrations: [sso, peer],
  provides: [{ kind: 'Connection', role: 'shop' }],
});
const catalogue = [wiki, identity, keycloak];

const old = 'hearth-providers/identity';
const choice = 'hearth-providers/keycloak';
const providers = [app(old, everyone, { status: running() }), app(choice, everyone, { status: running() })];

interface Wish {
  readonly at?: string | undefined;
  readonly uses?: string;
  readonly rewiring?: object;
  readonly ready?: boolean;
  readonly spec?: object;
}

/** A running wiki. */
function wikiOf(key: string, { at, uses, rewiring, ready = true, spec = {} }: Wish = {}): App {
  const bindings = [
    ...(at === undefined ? [] : [{ ...binding('sso', 'SSOClient', at), ...(rewiring ? { rewiring } : {}) }]),
    ...(uses === undefined ? [] : [binding('peer', 'Connection', uses)]),
  ];
  const status = running(bindings);
  const conditions = ready ? status.conditions : [];
  return app(key, { definition: 'wiki', ...spec }, { status: { ...status, conditions } });
}

const from = { from: { namespace: 'hearth-providers', name: 'identity' } };

/** Where the sign-on of an App goes, of some that are there. */
function goes(wanted: App, others: readonly App[]): string {
  const apps = [...providers, ...others, wanted];
  return (
    outcomes(resolveIn(wanted, { catalogue, apps, signOn: choice })).find((text) => text.startsWith('sso')) ??
    ''
  );
}
const stays = `sso: Bound ${old}`;
const moves = `sso: Bound ${choice}`;

describe('a move to the home’s identity provider', () => {
  const a = wikiOf('home/a', { at: old });
  const b = wikiOf('home/b', { at: old });
  const moved = wikiOf('home/a', { at: choice });
  const moving = wikiOf('home/a', { at: choice, rewiring: from });

  test.each<[string, App, readonly App[], string]>([
    ['is made by the first by name', a, [b], moves],
    ['is not made by the next, while the first hasn’t', b, [a], stays],
    ['is not made while another is on its way', b, [moving], stays],
    ['is made when that has arrived', b, [moved], moves],
    [
      'waits for none that is joined to somebody for the first time',
      b,
      [wikiOf('home/a', { at: choice, rewiring: {} })],
      moves,
    ],
    ['waits for none that doesn’t work', b, [wikiOf('home/a', { at: old, ready: false })], moves],
    ['is made at once by what doesn’t work', wikiOf('home/b', { at: old, ready: false }), [a], moves],
    [
      'waits for none that a person must approve',
      b,
      [wikiOf('home/a', { at: old, spec: { approval: 'Manual' } })],
      moves,
    ],
    [
      'is made at once when its person approves',
      wikiOf('home/b', { at: old, spec: { approval: 'Manual' } }),
      [a],
      moves,
    ],
    [
      'waits for none that chooses for itself',
      b,
      [wikiOf('home/a', { at: old, spec: { integrations: [{ name: 'sso', providerRef: from.from }] } })],
      moves,
    ],
    ['is made by what others use first', b, [wikiOf('home/a', { at: old, uses: 'home/b' })], moves],
    ['and by these after it', wikiOf('home/a', { at: old, uses: 'home/b' }), [b], stays],
    [
      'has an order where Apps use each other',
      wikiOf('home/a', { at: old, uses: 'home/b' }),
      [wikiOf('home/b', { at: old, uses: 'home/a' })],
      // Of a circle, the one that closes it goes first: here the second.
      stays,
    ],
  ])('%s', (_, wanted, others, outcome) => {
    expect(goes(wanted, others)).toBe(outcome);
  });

  test('says for whom it waits', () => {
    const result = resolveIn(b, { catalogue, apps: [...providers, moving, b], signOn: choice });
    const binding = planned(result).bindings.find(({ slot }) => slot.name === 'sso');
    expect(binding?.awaits).toBe(`It moves from ${old} to ${choice} after home/a.`);
  });

  test('waits for none whose version left the catalogue', () => {
    const stuck = app(
      'home/a',
      { definition: 'wiki' },
      { status: running([binding('sso', 'SSOClient', old)], '0.9') },
    );
    expect(goes(b, [stuck])).toBe(moves);
  });
});

describe('the next to move', () => {
  const next = (apps: readonly App[], signOn: string | undefined = choice) => {
    const known = catalogueOf(...catalogue);
    const ref = nextToMove(signOn === '' ? undefined : homeWith(signOn), {
      installed: indexInstalled(apps, known),
      catalogue: known,
    });
    return ref && refKey(ref);
  };
  const a = wikiOf('home/a', { at: old });

  test.each<[string, readonly App[], string | undefined]>([
    ['is the first in line', [...providers, wikiOf('home/b', { at: old }), a], 'home/a'],
    [
      'is nobody while one is on its way',
      [...providers, a, wikiOf('home/b', { at: choice, rewiring: from })],
      undefined,
    ],
    ['is nobody when all have', [...providers, wikiOf('home/a', { at: choice })], undefined],
    ['is nobody while there is nowhere to go', [a], undefined],
  ])('%s', (_, apps, key) => {
    expect(next(apps)).toBe(key);
  });

  test('is nobody where the home chooses nobody', () => {
    expect(next([...providers, a], '')).toBeUndefined();
  });
});

describe('sign-on that arrives late', () => {
  const wired = `sso: Bound ${old}`;
  const [provider] = providers;
  const arrival = (wanted: App, others: readonly App[]) => {
    const apps = [...(provider ? [provider] : []), ...others, wanted];
    const result = resolveIn(wanted, { catalogue, apps });
    return planned(result).bindings.find(({ slot }) => slot.name === 'sso');
  };
  const consumer = wikiOf('home/a', { uses: 'home/b' });

  test.each<[string, App, readonly App[], boolean]>([
    ['is wired at once where nothing is in between', consumer, [wikiOf('home/b', { at: old })], true],
    ['comes after what the app uses', consumer, [wikiOf('home/b')], false],
    ['which comes first', wikiOf('home/b'), [consumer], true],
    ['and must have come up with it', consumer, [wikiOf('home/b', { at: old, rewiring: {} })], false],
    ['waits for none that doesn’t work', consumer, [wikiOf('home/b', { ready: false })], true],
    [
      'waits for none that is left alone',
      consumer,
      [wikiOf('home/b', { spec: { integrations: [{ name: 'sso', mode: 'Off' }] } })],
      true,
    ],
    ['in a circle begins with the first by name', consumer, [wikiOf('home/b', { uses: 'home/a' })], true],
    ['and ends with the last', wikiOf('home/b', { uses: 'home/a' }), [consumer], false],
  ])('%s', (_, wanted, others, now) => {
    const found = arrival(wanted, others);
    expect(found?.state).toBe(now ? 'Bound' : 'Unbound');
    if (now) expect(`sso: Bound ${found?.provider && refKey(found.provider)}`).toBe(wired);
    else
      expect(found?.reason).toContain(`it is wired after ${others.map(keyOf).join()}, which this App uses`);
  });
});
