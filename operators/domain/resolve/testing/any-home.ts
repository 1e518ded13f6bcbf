import fc from 'fast-check';
import type { App } from '../../schema/app.ts';
import type { AppDefinition } from '../../schema/app-definition.ts';
import { app, type DefinitionInput, definition, running } from '../fixtures.ts';
import { keyOf, refKey } from '../ref.ts';
import type { NodeFacts } from '../resolution.ts';

/** A home, and an App that is wanted in it. */
export interface AnyHome {
  readonly wanted: App;
  readonly catalogue: readonly AppDefinition[];
  readonly apps: readonly App[];
  readonly nodes: readonly NodeFacts[];
}

/** Homes of Apps that are called as their definitions are; the fewer names, the more they have to do with each other. */
export interface AnyHomes {
  readonly names: readonly string[];
  /** `NAMESPACE/NAME` of each App that there can be. */
  readonly keys: readonly string[];
  readonly anyKey: fc.Arbitrary<string>;
  readonly anyHome: fc.Arbitrary<AnyHome>;
  anyDefinition(name: string): fc.Arbitrary<AppDefinition>;
  /** An App in any state. */
  anyApp(key: fc.Arbitrary<string>): fc.Arbitrary<App>;
}

export const namespaces = ['home', 'work', 'hearth-providers'];
export const roles = ['indexer', 'player'];

/** Any homes of these names. */
export function homesOf(names: readonly string[], fewestDefinitions: number): AnyHomes {
  const anyRef = fc.record({ namespace: fc.constantFrom(...namespaces), name: fc.constantFrom(...names) });
  const anyKey = anyRef.map(refKey);
  const anyApp = (key: fc.Arbitrary<string>) => appOf(key, anyRef);
  const anyDefinition = (name: string) => definitionOf(name, names);
  return {
    names,
    keys: namespaces.flatMap((namespace) => names.map((name) => refKey({ namespace, name }))),
    anyKey,
    anyApp,
    anyDefinition,
    anyHome: fc.record({
      wanted: anyApp(fc.constantFrom('home/d0', 'hearth-providers/d0')),
      catalogue: fc
        .tuple(...names.map(anyDefinition))
        .chain((all) => fc.subarray(all, { minLength: fewestDefinitions })),
      apps: fc.uniqueArray(anyApp(anyKey), { maxLength: 6, selector: keyOf }),
      nodes: anyNodes,
    }),
  };
}

type SlotInput = NonNullable<DefinitionInput['integrations']>[number];
type OfferInput = NonNullable<DefinitionInput['provides']>[number];
type AnyRef = fc.Arbitrary<{ readonly namespace: string; readonly name: string }>;

const isolation = fc.constantFrom('database', 'role', 'instance');
const dataNeeds = fc.record(
  { engine: fc.constantFrom('x', 'y'), version: fc.constantFrom('>=2', '<2', '1'), isolation },
  { requiredKeys: [] },
);

function slotOf(name: string, names: readonly string[]): fc.Arbitrary<SlotInput> {
  const listed = fc.uniqueArray(fc.record({ definition: fc.constantFrom(...names), default: fc.boolean() }), {
    maxLength: 3,
    selector: (entry) => entry.definition,
  });
  const common = {
    name: fc.constant(name),
    required: fc.boolean(),
    // Half of the slots take any.
    compatible: fc.oneof(fc.constant([]), listed),
  };
  // Routes more often than others: what has nothing in common has nothing to do with each other.
  return fc.oneof(
    {
      arbitrary: fc.record({ ...common, kind: fc.constant('Route' as const), port: fc.constant('http') }),
      weight: 5,
    },
    {
      arbitrary: fc.record({ ...common, kind: fc.constant('Database' as const), needs: dataNeeds }),
      weight: 2,
    },
    fc.record({ ...common, kind: fc.constant('Cache' as const), needs: dataNeeds }),
    fc.record(
      {
        ...common,
        kind: fc.constant('SSOClient' as const),
        strategy: fc.constantFrom('oidc', 'ldap'),
        linking: fc.constant('username' as const),
      },
      { requiredKeys: ['name', 'kind', 'strategy', 'required', 'compatible'] },
    ),
    fc.record({ ...common, kind: fc.constant('Connection' as const), role: fc.constantFrom(...roles) }),
  );
}

const dataOffer = {
  engine: fc.constantFrom('x', 'y'),
  version: fc.constantFrom('1.5', '2.1'),
  isolation: fc.uniqueArray(isolation, { minLength: 1 }),
};
const anyOffer: fc.Arbitrary<OfferInput> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('Route' as const) }), weight: 5 },
  { arbitrary: fc.record({ ...dataOffer, kind: fc.constant('Database' as const) }), weight: 2 },
  fc.record({ ...dataOffer, kind: fc.constant('Cache' as const) }),
  fc.record({ kind: fc.constant('SSOClient' as const), strategies: fc.constant(['oidc'] as const) }),
  fc.record({ kind: fc.constant('Connection' as const), role: fc.constantFrom(...roles) }),
);

const definitionOf = (name: string, names: readonly string[]): fc.Arbitrary<AppDefinition> =>
  fc
    .record({
      integrations: fc
        .tuple(...['a', 'b', 'c'].map((slot) => slotOf(slot, names)))
        .chain((slots) => fc.subarray(slots)),
      provides: fc.uniqueArray(anyOffer, { maxLength: 2, selector: ({ kind }) => kind }),
      external: fc.boolean().chain((is) => (is ? fc.boolean() : fc.constant(false))),
    })
    .map(({ integrations, provides, external }) =>
      definition(name, { integrations, provides, ...(external ? { workloads: [] } : {}) }),
    );

const choiceOf = (anyRef: AnyRef) =>
  fc.oneof(
    { arbitrary: fc.constant({}), weight: 6 },
    { arbitrary: fc.constant({ mode: 'Off' as const }), weight: 2 },
    { arbitrary: anyRef.map((providerRef) => ({ providerRef })), weight: 1 },
  );
const kinds = ['Database', 'Cache', 'Route', 'SSOClient', 'Connection'] as const;
const bindingOf = (anyRef: AnyRef) =>
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom(...kinds),
    state: fc.constantFrom('Bound' as const, 'Waiting' as const, 'Off' as const, 'Unbound' as const),
    providerRef: anyRef,
  });

const appOf = (key: fc.Arbitrary<string>, anyRef: AnyRef): fc.Arbitrary<App> =>
  fc
    .record({
      key,
      share: fc.constantFrom(['*' as const], ['home'], ['work'], []),
      choices: fc.tuple(choiceOf(anyRef), choiceOf(anyRef)),
      external: fc.boolean().chain((is) => (is ? fc.boolean() : fc.constant(false))),
      runs: fc.boolean(),
      bindings: fc.uniqueArray(bindingOf(anyRef), { maxLength: 2, selector: ({ name }) => name }),
    })
    .map(({ key: name, share, choices, external, runs, bindings }) =>
      app(
        name,
        {
          share: { namespaces: share },
          integrations: choices.map((choice, index) => ({ name: ['a', 'b'][index] ?? '', ...choice })),
          ...(external ? { external: { host: 'elsewhere' } } : {}),
        },
        { status: runs ? running(bindings) : { observedGeneration: 1, bindings } },
      ),
    );

const anyNodes = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('n1', 'n2', 'n3'),
    arch: fc.constantFrom('amd64', 'arm64', 'arm'),
    free: fc.record({ cpu: fc.nat(8), memory: fc.nat(2 ** 32) }),
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);
