import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import { affectedBy, asOthersSeeIt, type Change } from './affected.ts';
import { app, catalogueOf, resolveIn, running } from './fixtures.ts';
import { installManifest } from './install-manifest.ts';
import { indexInstalled } from './installed.ts';
import { keyOf, refKey } from './ref.ts';
import type { Resolution } from './resolution.ts';
import { type AnyHome, homesOf } from './testing/any-home.ts';

const { anyApp, anyDefinition, anyHome, anyKey, names } = homesOf(['d0', 'd1', 'd2'], 2);

type Home = Pick<AnyHome, 'apps' | 'catalogue' | 'nodes'>;

const find = ({ apps }: Home, key: string): App | undefined => apps.find((each) => keyOf(each) === key);
const withApp = (home: Home, key: string, app: App | undefined): Home => ({
  ...home,
  apps: [...home.apps.filter((each) => keyOf(each) !== key), ...(app ? [app] : [])],
});

/** What is decided of each App, by its key. */
const decidedOf = (home: Home): ReadonlyMap<string, string> =>
  new Map(home.apps.map((each) => [keyOf(each), inEffect(resolveIn(each, home))]));

/** What a decision comes to, without the words for why. */
function inEffect(resolution: Resolution): string {
  if (resolution.kind === 'Conflict') return resolution.conflict.reason;
  const { version, bindings, offers, installs, plan } = resolution;
  const bound = bindings.map(({ slot, state, provider }) => [slot.name, state, provider]);
  const offered = offers.map(({ slot, providers }) => [slot, providers]);
  return JSON.stringify([plan.hash, version, bound, offered, installs.map(({ ref }) => ref)]);
}

/** The status that a pass leaves an App with. */
function afterPass(each: App, resolution: Resolution): App {
  const { bindings: before, version } = each.status ?? {};
  const status = resolution.kind === 'Conflict' ? ['Stalled'] : version === undefined ? [] : ['Ready'];
  const bindings =
    resolution.kind === 'Conflict'
      ? before
      : resolution.bindings.map(({ slot, state, provider }) => ({
          name: slot.name,
          kind: slot.kind,
          state,
          ...(provider ? { providerRef: provider } : {}),
        }));
  const conditions = running().conditions?.flatMap((ready) => status.map((type) => ({ ...ready, type })));
  return { ...each, status: { ...each.status, observedGeneration: 1, bindings, conditions } };
}

/** One pass of an App: what it says then, and what it installs. */
function pass(home: Home, each: App): { readonly said: App; readonly made: readonly App[] } {
  const resolution = resolveIn(each, home);
  const installs = resolution.kind === 'Plan' ? resolution.installs.map(installManifest) : [];
  const made = installs.map(({ metadata, spec }) =>
    app(refKey(metadata), spec, { metadata, status: running() }),
  );
  return { said: afterPass(each, resolution), made: made.filter((fresh) => !find(home, keyOf(fresh))) };
}

/** Whom changes wake: both sides of each, as the operators see them when all have happened. */
function wokenBy(changes: readonly Change[], { apps, catalogue: definitions }: Home): readonly string[] {
  const catalogue = catalogueOf(...definitions);
  const installed = indexInstalled(apps, catalogue);
  return changes.flatMap((change) => affectedBy(change, installed, catalogue).map(refKey));
}

/**
 * The home after those who are woken have had their passes, and those whom these wake in turn. Undefined where that
 * has no end: Apps may wish for what others' wishes undo.
 */
function afterWaking(home: Home, woken: readonly string[]): Home | undefined {
  const waiting = new Set(woken);
  let now = home;
  for (let passes = 0; passes < 60; passes++) {
    const [key] = waiting;
    if (key === undefined) return now;
    waiting.delete(key);
    const before = find(now, key);
    if (before === undefined) continue;
    const { said, made } = pass(now, before);
    now = [said, ...made].reduce((then, each) => withApp(then, keyOf(each), each), now);
    const isNews = JSON.stringify(asOthersSeeIt(before)) !== JSON.stringify(asOthersSeeIt(said));
    const changes = [...(isNews ? [before, said] : []), ...made].map((each) => ({ app: each }));
    for (const next of [...made.map(keyOf), ...wokenBy(changes, now)]) waiting.add(next);
    if (JSON.stringify(said) !== JSON.stringify(before)) waiting.add(key);
  }
  return undefined;
}

/** How many homes were not as they were after a change: a property of nothing proves nothing. */
let moved = 0;

/** Expects a home that was at rest to come to rest again after a change, though only those pass who are woken by it. */
function expectRest(
  resting: Home,
  changed: Home,
  changes: readonly Change[],
  beside: readonly string[] = [],
): void {
  const woken = wokenBy(changes, changed).filter((key) => !beside.includes(key));
  const after = afterWaking(changed, [...woken, ...beside]);
  fc.pre(after !== undefined);
  const everyone = after.apps.map(keyOf);
  const further = everyone.flatMap((key) => {
    const before = find(after, key);
    const said = before && pass(after, before).said;
    return JSON.stringify(said) === JSON.stringify(before) ? [] : [key];
  });
  if (JSON.stringify([...decidedOf(after)]) !== JSON.stringify([...decidedOf(resting)])) moved += 1;
  expect(further).toEqual([]);
}

const orGone = <T>(thing: fc.Arbitrary<T>) => fc.option(thing, { nil: undefined, freq: 1 });

/** A home in which everybody has had passes until there was nothing left to do. */
function atRest(home: Home): Home {
  const resting = afterWaking(home, home.apps.map(keyOf));
  fc.pre(resting !== undefined);
  return resting;
}

test('after an App came, changed or went, waking those whom it affects is enough', () => {
  moved = 0;
  const anyChange = anyKey.chain((key) => fc.tuple(fc.constant(key), orGone(anyApp(fc.constant(key)))));
  fc.assert(
    fc.property(anyHome, anyChange, (home, [key, is]) => {
      const resting = atRest(home);
      const was = find(resting, key);
      const changes = [was, is].flatMap((state) => (state ? [{ app: state }] : []));
      expectRest(resting, withApp(resting, key, is), changes, [key]);
    }),
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(30);
}, 30_000);

test('after a definition came, changed or went, waking those whom it affects is enough', () => {
  moved = 0;
  const anyChange = fc
    .constantFrom(...names)
    .chain((name) => fc.tuple(fc.constant(name), orGone(anyDefinition(name))));
  fc.assert(
    fc.property(anyHome, anyChange, (home, [name, is]) => {
      const resting = atRest(home);
      const was = resting.catalogue.find(({ metadata }) => metadata.name === name);
      const rest = resting.catalogue.filter((each) => each !== was);
      const changes = [was, is].flatMap((state) => (state ? [{ definition: state }] : []));
      expectRest(resting, { ...resting, catalogue: [...rest, ...(is ? [is] : [])] }, changes);
    }),
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(30);
}, 30_000);

test('what others don’t see of an App decides nothing about them', () => {
  const unseen = fc.record({
    labels: fc.constantFrom({}, { 'apps.hearth.dev/installed-as': 'dependency' }),
    url: fc.constantFrom('https://a.example', 'https://b.example'),
    plan: fc.constantFrom('a', 'b'),
    hash: fc.constantFrom('a', 'b'),
    message: fc.constantFrom('', 'is running'),
    offers: fc.constantFrom([], [{ name: 'a', providers: [], message: 'b' }]),
    requiredBy: fc.constantFrom([], [{ namespace: 'home', name: 'd1' }]),
  });
  type Unseen = typeof unseen extends fc.Arbitrary<infer T> ? T : never;
  const withUnseen = (app: App, { labels, hash, message, ...status }: Unseen): App => ({
    ...app,
    metadata: { ...app.metadata, labels },
    status: {
      ...app.status,
      ...status,
      observedGeneration: 2,
      bindings: (app.status?.bindings ?? []).map((binding) => ({ ...binding, hash })),
      conditions: (app.status?.conditions ?? []).map((condition) => ({ ...condition, message })),
    },
  });
  fc.assert(
    fc.property(anyHome, anyApp(anyKey), unseen, unseen, (home, each, a, b) => {
      const key = keyOf(each);
      const [before, after] = [withUnseen(each, a), withUnseen(each, b)];
      expect(asOthersSeeIt(before)).toEqual(asOthersSeeIt(after));
      const decidedOfOthers = (state: App) =>
        [...decidedOf(withApp(home, key, state))].filter(([other]) => other !== key);
      expect(decidedOfOthers(after)).toEqual(decidedOfOthers(before));
    }),
    { numRuns: 500 },
  );
});

test('others see when an App becomes Ready, and when it goes', () => {
  const ready = app('home/d0', {}, { status: running() });
  const unready = app('home/d0', {}, { status: { ...running(), conditions: [] } });
  const leaving = { ...ready, metadata: { ...ready.metadata, deletionTimestamp: 'now' } };
  expect(asOthersSeeIt(ready)).not.toEqual(asOthersSeeIt(unready));
  expect(asOthersSeeIt(leaving)).not.toEqual(asOthersSeeIt(ready));
});
