import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import { affectedBy, asOthersSeeIt } from './affected.ts';
import {
  app,
  binding,
  catalogueOf,
  definition,
  everyone,
  homeWith,
  identity,
  keycloak,
  planned,
  resolveIn,
  running,
} from './fixtures.ts';
import { indexInstalled } from './installed.ts';
import { keyOf, refKey } from './ref.ts';
import { nextToMove } from './turn.ts';

const old = 'hearth-providers/identity';
const choice = 'hearth-providers/keycloak';
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

const sso = { name: 'sso', kind: 'SSOClient', strategy: 'oidc' } as const;
const peers = names.map((name) => ({ name, kind: 'Connection', role: name }) as const);
const provides = names.map((name) => ({ kind: 'Connection', name, role: name }) as const);
const definitions = [
  definition('linked', { integrations: [{ ...sso, linking: 'username' }, ...peers], provides }),
  definition('unlinked', { integrations: [sso, ...peers], provides }),
  identity,
  keycloak,
];
const catalogue = catalogueOf(...definitions);
const home = homeWith(choice);

/** An App that signs in at the old provider and uses others. */
const anyApp = (name: string) =>
  fc
    .record({
      linked: fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, fc.constant(false)),
      works: fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, fc.constant(false)),
      manual: fc.oneof({ arbitrary: fc.constant(false), weight: 6 }, fc.constant(true)),
      uses: fc.subarray(names.filter((other) => other !== name)),
    })
    .map(({ linked, works, manual, uses }) => {
      const status = running([
        binding('sso', 'SSOClient', old),
        ...uses.map((other) => binding(other, 'Connection', `home/${other}`)),
      ]);
      return app(
        `home/${name}`,
        { definition: linked ? 'linked' : 'unlinked', approval: manual ? 'Manual' : 'Automatic' },
        { status: { ...status, conditions: works ? status.conditions : [] } },
      );
    });

const signOnOf = (each: App) => each.status?.bindings?.find(({ name }) => name === 'sso');
const isMoving = (each: App) => signOnOf(each)?.rewiring !== undefined;
const worked = running().conditions ?? [];

/** One pass of an App: it begins a move, or comes up with what it was moved to. What doesn't work never comes up. */
function pass(each: App, apps: readonly App[]): App {
  const resolved = planned(resolveIn(each, { catalogue: definitions, apps, signOn: choice })).bindings;
  const provider = resolved.find(({ slot }) => slot.name === 'sso')?.provider;
  const before = signOnOf(each);
  if (each.status === undefined || before?.providerRef === undefined || provider === undefined) return each;
  const moves = refKey(before.providerRef) !== refKey(provider);
  const begins = moves && (each.status.conditions ?? []).length > 0;
  const { rewiring: _, ...arrived } = before;
  const after = {
    ...arrived,
    providerRef: provider,
    ...(begins ? { rewiring: { from: before.providerRef } } : {}),
  };
  const bindings = (each.status.bindings ?? []).map((one) => (one.name === 'sso' ? after : one));
  const conditions = begins ? [] : isMoving(each) ? worked : each.status.conditions;
  return { ...each, status: { ...each.status, bindings, conditions } };
}

/** Who is woken when an App has had a pass, itself too where there is more to do. */
function wokenBy(before: App, after: App, apps: readonly App[]): string[] {
  if (JSON.stringify(asOthersSeeIt(before)) === JSON.stringify(asOthersSeeIt(after))) return [];
  const installed = indexInstalled(apps, catalogue);
  const next = nextToMove(home, { installed, catalogue });
  const affected = affectedBy({ app: after }, installed, catalogue);
  return [keyOf(after), ...[...affected, ...(next ? [next] : [])].map(refKey)];
}

/** Lets all be woken by a change of the Home, in any order, until nobody is awake; calls back after each pass. */
function run(
  start: readonly App[],
  pick: (awake: number) => number,
  look: (apps: readonly App[]) => void,
): readonly App[] {
  let apps = start;
  const awake = new Set(apps.map(keyOf));
  while (awake.size > 0) {
    const key = [...awake][pick(awake.size)] ?? '';
    awake.delete(key);
    const before = apps.find((each) => keyOf(each) === key);
    if (before === undefined) continue;
    const after = pass(before, apps);
    apps = apps.map((each) => (each === before ? after : each));
    for (const woken of wokenBy(before, after, apps)) awake.add(woken);
    look(apps);
  }
  return apps;
}

test('all whose accounts are linked move, those that work one at a time, whoever is asked first', () => {
  const providers = [app(old, everyone, { status: running() }), app(choice, everyone, { status: running() })];
  let moved = 0;
  fc.assert(
    fc.property(fc.tuple(...names.map(anyApp)), fc.infiniteStream(fc.nat()), (apps, numbers) => {
      const works = new Set(
        apps
          .filter(({ status, spec }) => status?.conditions?.length && spec.approval === 'Automatic')
          .map(keyOf),
      );
      const pick = (awake: number) => (numbers.next().value ?? 0) % awake;
      const after = run([...providers, ...apps], pick, (now) => {
        expect(now.filter((each) => isMoving(each) && works.has(keyOf(each))).length).toBeLessThanOrEqual(1);
      });
      for (const each of after.slice(2)) {
        const ref = signOnOf(each)?.providerRef;
        expect(ref && refKey(ref)).toBe(each.spec.definition === 'linked' ? choice : old);
        expect(isMoving(each)).toBe(false);
        if (each.spec.definition === 'linked') moved += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(moved).toBeGreaterThan(150);
});
