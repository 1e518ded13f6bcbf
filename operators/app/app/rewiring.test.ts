import type { App } from '@hearth/domain';
import { expect, test } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import type { SlotState } from './integrations.ts';
import { bindingOf } from './rewiring.ts';

const ref = (name: string) => ({ namespace: 'hearth-providers', name });
const [identity, keycloak] = [ref('identity'), ref('keycloak')];

type Binding = NonNullable<NonNullable<App['status']>['bindings']>[number];
const bound = (providerRef: typeof identity, more: Partial<Binding> = {}): Binding => ({
  name: 'sso',
  kind: 'SSOClient',
  state: 'Bound',
  providerRef,
  ...more,
});
const condition = (status: 'True' | 'False') => ({
  type: 'Ready',
  status,
  reason: 'Reconciled',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

/** An App that says this of its slot. */
const app = (before: Binding | undefined, { works = true, runs = true } = {}): App =>
  appOf(
    'x',
    {},
    {
      status: {
        observedGeneration: 1,
        bindings: before ? [before] : [],
        conditions: [condition(works ? 'True' : 'False')],
        ...(runs ? { version: '1.0' } : {}),
      },
    },
  );

/** What is said of the slot after a pass. */
const after = (each: App, now: Binding, ready: boolean, isUp: boolean) =>
  bindingOf(each, { status: now, ready } as SlotState, isUp).rewiring;

const from = { from: identity };
test.each<[string, App, Binding, boolean, boolean, object | undefined]>([
  ['begins with the first pass to another', app(bound(identity)), bound(keycloak), false, true, from],
  ['begins where there was none', app(undefined), bound(keycloak), false, true, {}],
  ['and where the slot was Off', app(bound(identity, { state: 'Off' })), bound(keycloak), false, true, {}],
  ['lasts', app(bound(keycloak, { rewiring: from }), { works: false }), bound(keycloak), false, false, from],
  [
    'lasts while the app restarts',
    app(bound(keycloak, { rewiring: from })),
    bound(keycloak),
    true,
    false,
    from,
  ],
  ['ends when it is up', app(bound(keycloak, { rewiring: from })), bound(keycloak), true, true, undefined],
  ['is none of what stays', app(bound(identity)), bound(identity), false, false, undefined],
  [
    'is none of an app that doesn’t work',
    app(bound(identity), { works: false }),
    bound(keycloak),
    false,
    false,
    undefined,
  ],
  [
    'is none of a first installation',
    app(undefined, { runs: false }),
    bound(identity),
    false,
    false,
    undefined,
  ],
  [
    'goes back the same way',
    app(bound(keycloak, { rewiring: from })),
    bound(identity),
    false,
    true,
    { from: keycloak },
  ],
])('a move %s', (_, each, now, ready, isUp, rewiring) => {
  expect(after(each, now, ready, isUp)).toEqual(rewiring);
});
