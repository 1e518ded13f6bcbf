import { type ResolvedBinding, Route, SSOClient } from '@hearth/domain';
import { type Resource, Secret } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf } from '../testing/fixtures.ts';
import { slotStates } from './integrations.ts';

const provider = { namespace: 'hearth-providers', name: 'p' };
const definition = definitionOf('x', {
  integrations: [
    { name: 'route', kind: 'Route', required: true, port: 'http' },
    { name: 'door', kind: 'SSOClient', strategy: 'forward-auth' },
  ],
});
const app = appOf('x');
const bindings = (state: 'Bound' | 'Off', routed = true): ResolvedBinding[] =>
  (definition.spec.integrations ?? []).map((slot) => {
    const bound = slot.kind === 'Route' ? routed : state === 'Bound';
    return bound
      ? { slot, state: 'Bound', provider, reason: '' }
      : { slot, state: slot.kind === 'Route' ? 'Unbound' : 'Off', reason: 'It is turned off.' };
  });

const owner = {
  apiVersion: app.apiVersion,
  kind: app.kind,
  name: app.metadata.name,
  uid: app.metadata.uid ?? '',
  controller: true,
};
const condition = (type: string, status: string, reason: string, message = '') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

/** A child of the App with its binding Secret. */
function child(
  kind: typeof Route | typeof SSOClient,
  part: string,
  status: object,
  spec: object = { providerRef: provider },
): Resource[] {
  const name = `x-${part}`;
  return [
    {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { namespace: 'home', name, uid: name, generation: 1, ownerReferences: [owner] },
      spec,
      status: { observedGeneration: 1, binding: { name: `${name}-binding` }, bindingHash: 'h', ...status },
    } as Resource,
    { apiVersion: 'v1', kind: Secret.kind, metadata: { namespace: 'home', name: `${name}-binding` } },
  ];
}

const ready = { conditions: [condition('Ready', 'True', 'Ready')] };
const closed = { conditions: [condition('Ready', 'False', 'SignOnNotReady', 'It is closed.')] };
const guarded = { ...ready, signOn: { client: 'x-door', by: 'gateway' } };

function states(objects: readonly Resource[], all = bindings('Bound')) {
  const { read } = fakeContext({ objects });
  return new Map(slotStates(app, all, read).map((state) => [state.binding.slot.name, state]));
}

describe('a slot for sign-on at the gateway', () => {
  it('is bound when the client is ready and the gateway asks', () => {
    const found = states([...child(Route, 'route', guarded), ...child(SSOClient, 'door', ready)]);
    expect(found.get('door')).toMatchObject({ ready: true, status: { state: 'Bound', hash: 'h' } });
  });

  it('waits for the gateway to ask: nothing is to believe a header that anybody can send', () => {
    const byApp = { ...ready, signOn: { client: 'x-door', by: 'app' } };
    for (const route of [ready, byApp]) {
      const found = states([...child(Route, 'route', route), ...child(SSOClient, 'door', ready)]);
      expect(found.get('door')).toMatchObject({
        ready: false,
        message: 'Route x-route does not ask for sign-on yet.',
        status: { state: 'Waiting' },
      });
    }
  });

  it('says what the client waits for before anything else', () => {
    const waits = { conditions: [condition('Ready', 'False', 'ProviderNotReady', 'identity is starting.')] };
    const found = states([...child(Route, 'route', ready), ...child(SSOClient, 'door', waits)]);
    expect(found.get('door')).toMatchObject({ ready: false, message: 'identity is starting.' });
  });

  it('says that the app has no address', () => {
    expect(states([], bindings('Bound', false)).get('door')).toMatchObject({
      ready: false,
      message: 'People sign in to an app by its address, and its Route is not bound.',
    });
  });

  it('tells a route that opens with sign-on from one that is in trouble', () => {
    expect(states(child(Route, 'route', closed)).get('route')).toMatchObject({
      ready: false,
      awaitsSignOn: true,
    });
    expect(states(child(Route, 'route', ready)).get('route')).toMatchObject({
      ready: true,
      awaitsSignOn: false,
    });
  });
});
