import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import { app, type Planned, resolveIn } from './fixtures.ts';
import { installManifest } from './install-manifest.ts';
import { keyOf, refKey } from './ref.ts';
import type { Resolution } from './resolution.ts';
import { decisions, shuffleApp, shuffleDefinition, shuffled } from './shuffle.ts';
import { slotsOf } from './slot.ts';
import { type AnyHome, homesOf } from './testing/any-home.ts';

const { anyHome } = homesOf(['d0', 'd1', 'd2', 'd3', 'd4', 'd5'], 4);

const resolveHome = (home: AnyHome): Resolution => resolveIn(home.wanted, home);
const definitionOf = ({ catalogue, wanted }: AnyHome) =>
  catalogue.find(({ metadata }) => metadata.name === wanted.spec.definition);

/** Checks what holds of every plan. How many homes have one is checked too: a property of nothing proves nothing. */
function forPlans(check: (home: AnyHome, plan: Planned) => void): void {
  let plans = 0;
  fc.assert(
    fc.property(anyHome, (home) => {
      const resolution = resolveHome(home);
      if (resolution.kind !== 'Plan') return;
      plans += 1;
      check(home, resolution);
    }),
    { numRuns: 1000 },
  );
  expect(plans).toBeGreaterThan(100);
}

describe('of every home', () => {
  test('the order in which things are listed decides nothing', () => {
    fc.assert(
      fc.property(anyHome, fc.integer(), (home, seed) => {
        const other: AnyHome = {
          wanted: shuffleApp(home.wanted, seed),
          catalogue: shuffled(home.catalogue, seed).map((each) => shuffleDefinition(each, seed)),
          apps: shuffled(home.apps, seed).map((each) => shuffleApp(each, seed)),
          nodes: shuffled(home.nodes, seed),
        };
        expect(decisions(resolveHome(other))).toBe(decisions(resolveHome(home)));
      }),
      { numRuns: 1000 },
    );
  });

  test('every required slot is bound, or there is a conflict', () => {
    forPlans((home, { bindings }) => {
      const slots = home.wanted.spec.external ? [] : (definitionOf(home)?.spec.integrations ?? []);
      expect(bindings.map(({ slot }) => slot.name)).toEqual(slots.map(({ name }) => name).sort());
      for (const { slot, state } of bindings) if (slot.required) expect(state).toBe('Bound');
    });
  });

  test('a conflict says what is wrong, how to mend it, and which wishes collide', () => {
    fc.assert(
      fc.property(anyHome, (home) => {
        const resolution = resolveHome(home);
        if (resolution.kind !== 'Conflict') return;
        const { reason, message, fix, wishes } = resolution.conflict;
        expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
        expect(message).toMatch(/\.$/);
        expect(fix).toMatch(/\.$/);
        expect(wishes.length).toBeGreaterThan(0);
        expect(message + fix).not.toMatch(/undefined|\[object|NaN/);
      }),
      { numRuns: 1000 },
    );
  });

  test('Off is off', () => {
    forPlans(({ wanted }, { bindings, offers }) => {
      for (const { name, mode } of wanted.spec.integrations ?? []) {
        if (mode !== 'Off') continue;
        expect(bindings.find(({ slot }) => slot.name === name)?.state ?? 'Off').toBe('Off');
        expect(offers.some(({ slot }) => slot === name)).toBe(false);
      }
    });
  });

  test('nobody is served by whom may not serve them', () => {
    forPlans(({ wanted, apps }, { bindings, installs }) => {
      const consumer = wanted.metadata.namespace ?? '';
      // What is made for the App serves it, and what is gone serves nobody; it is only not exchanged.
      const made = new Set(installs.map(({ ref }) => refKey(ref)));
      const used = new Set(bindings.flatMap(({ provider }) => (provider ? [refKey(provider)] : [])));
      const serving = apps.filter((each) => used.has(keyOf(each)) && !made.has(keyOf(each)));
      for (const { metadata, spec } of serving.filter((each) => each.metadata.namespace !== consumer)) {
        const shared = spec.share?.namespaces ?? [];
        expect(metadata.namespace).toBe('hearth-providers');
        expect(shared.includes('*') || shared.includes(consumer)).toBe(true);
      }
    });
  });

  test('optional slots install nothing', () => {
    forPlans((home, { installs }) => {
      const catalogue = home.catalogue.map((each) =>
        each.metadata.name === home.wanted.spec.definition
          ? {
              ...each,
              spec: { ...each.spec, integrations: slotsOf(each).filter(({ required }) => required) },
            }
          : each,
      );
      const without = resolveIn(home.wanted, { ...home, catalogue });
      expect(without.kind === 'Plan' && without.installs.map(({ ref }) => ref)).toEqual(
        installs.map(({ ref }) => ref),
      );
    });
  });

  test('what is bound and holds data is never exchanged', () => {
    forPlans(({ wanted }, { bindings }) => {
      if (wanted.status?.version === undefined) return;
      for (const { slot, state, provider } of bindings) {
        const before = wanted.status.bindings?.find(
          ({ name, kind }) => name === slot.name && kind === slot.kind,
        );
        if (
          slot.kind !== 'Database' ||
          state === 'Off' ||
          (before?.state !== 'Bound' && before?.state !== 'Waiting')
        )
          continue;
        expect(provider).toEqual(before.providerRef);
      }
    });
  });

  test('providers come before consumers', () => {
    forPlans((_, { plan, installs }) => {
      const level = new Map(plan.levels.flatMap(({ steps }, index) => steps.map(({ id }) => [id, index])));
      const isBefore = (first: string, second: string) =>
        (level.get(first) ?? -1) < (level.get(second) ?? Number.POSITIVE_INFINITY);
      for (const { provider, slot } of plan.levels.flatMap(({ steps }) => steps)) {
        if (provider !== undefined)
          expect(isBefore(`install:${refKey(provider)}`, `bind:${slot}`)).toBe(true);
      }
      for (const { for: consumer, ref } of installs) {
        expect(isBefore(`install:${refKey(ref)}`, `install:${refKey(consumer)}`)).toBe(true);
      }
      expect(Math.max(...level.values())).toBe(level.get('run'));
    });
  });

  test('what is free on the machines doesn’t make an approval stale', () => {
    forPlans((home, { plan }) => {
      const nodes = home.nodes.map((node) => ({ ...node, free: { cpu: 0, memory: 0 } }));
      const full = resolveHome({ ...home, nodes });
      expect(full.kind === 'Plan' && full.plan.hash).toBe(plan.hash);
    });
  });

  test('a plan that is being carried out is still the same plan', () => {
    forPlans((home, { plan, bindings, installs }) => {
      const made = installs.map((install): App => {
        const { metadata, spec } = installManifest(install);
        return app(refKey(install.ref), spec, { metadata });
      });
      const wasBound = new Set(
        home.wanted.status?.bindings?.flatMap(({ name, state }) => (state === 'Bound' ? [name] : [])),
      );
      const status: NonNullable<App['status']> = {
        ...home.wanted.status,
        observedGeneration: 1,
        bindings: bindings.map(({ slot, state, provider }) => ({
          name: slot.name,
          kind: slot.kind,
          state: state === 'Bound' && !wasBound.has(slot.name) ? ('Waiting' as const) : state,
          ...(provider === undefined ? {} : { providerRef: provider }),
        })),
      };
      const apps = [...home.apps.filter((each) => keyOf(each) !== keyOf(home.wanted)), ...made];
      const next = resolveHome({ ...home, wanted: { ...home.wanted, status }, apps });
      if (next.kind !== 'Plan') throw new Error(JSON.stringify(next.conflict));
      expect(next.installs).toEqual([]);
      expect(next.plan.hash).toBe(plan.hash);
    });
  });
});
