import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import { fact } from './facts.ts';
import { createInventory, type Installed, indexInstalled } from './installed.ts';
import { keyOf } from './ref.ts';
import { homesOf, namespaces, roles } from './testing/any-home.ts';

const { anyApp, anyDefinition, anyKey, keys, names } = homesOf(['d0', 'd1', 'd2'], 3);

/** One thing after the other: it is like this now, or gone. */
type Step =
  | { readonly type: 'app'; readonly key: string; readonly app: App | undefined }
  | { readonly type: 'definition'; readonly name: string; readonly definition: AppDefinition | undefined };

const orGone = <T>(thing: fc.Arbitrary<T>) => fc.option(thing, { nil: undefined, freq: 3 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  anyKey.chain((key) =>
    fc.record({
      type: fc.constant('app' as const),
      key: fc.constant(key),
      app: orGone(anyApp(fc.constant(key))),
    }),
  ),
  fc.constantFrom(...names).chain((name) =>
    fc.record({
      type: fc.constant('definition' as const),
      name: fc.constant(name),
      definition: orGone(anyDefinition(name)),
    }),
  ),
);

const offers = ['Database', 'Cache', 'Route', 'SSOClient', ...roles.map((role) => `Connection ${role}`)];

/** Every answer to every question that can be asked. */
function answersOf(installed: Installed) {
  const facts = [
    ...names.map(fact.of),
    ...keys.flatMap((key) => [fact.names(key), fact.holds(key)]),
    ...offers.map(fact.open),
    fact.lacking,
    fact.moving,
  ];
  return {
    apps: keys.map((key) => installed.apps.get(key)),
    offers: namespaces.flatMap((namespace) => offers.map((offer) => installed.offers(namespace, offer))),
    offering: offers.map(installed.offering),
    wantedAlone: offers.map(installed.wantedAlone),
    consumers: keys.map(installed.consumers),
    holders: keys.map(installed.holder),
    elsewhere: keys.map(installed.signingInElsewhere),
    having: facts.map((each) => [...installed.having(each)].sort()),
  };
}

/** What there is in the end, by key. */
function left<T>(entries: readonly (readonly [string, T | undefined])[]): ReadonlyMap<string, T> {
  const there = [...new Map(entries)].flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return new Map(there);
}

test('kept up to date change by change, it answers as if it were made from what there is at last', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const { installed, catalogue, putApp, putDefinition } = createInventory();
      for (const step of steps) {
        if (step.type === 'app') putApp(step.key, step.app);
        else putDefinition(step.name, step.definition);
      }
      const apps = left(steps.flatMap((step) => (step.type === 'app' ? [[step.key, step.app]] : [])));
      const definitions = left(
        steps.flatMap((step) => (step.type === 'definition' ? [[step.name, step.definition]] : [])),
      );
      const anew = indexInstalled(apps.values(), definitions);
      expect(new Map(catalogue)).toEqual(definitions);
      expect(answersOf(installed)).toEqual(answersOf(anew));
    }),
    { numRuns: 500 },
  );
});

test('what is gone leaves nothing behind', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyApp(anyKey), { selector: keyOf }),
      anyDefinition('d0'),
      (apps, definition) => {
        const { installed, putApp, putDefinition } = createInventory();
        putDefinition('d0', definition);
        for (const app of apps) putApp(keyOf(app), app);
        for (const app of apps) putApp(keyOf(app), undefined);
        putDefinition('d0', undefined);
        expect(answersOf(installed)).toEqual(answersOf(createInventory().installed));
      },
    ),
  );
});
