import { type ResolvedBinding, Route, SSOClient } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { deletedByName } from '../testing/deletions.ts';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { keepIntegrations } from './keep-integrations.ts';

const provider = { namespace: 'hearth-providers', name: 'p' };
const app = appOf('x');
const definition = definitionOf('x', {
  workloads: [{ name: 'app', ports: [{ name: 'http', port: 80, protocol: 'HTTP' }] }],
  integrations: [
    { name: 'route', kind: 'Route', required: true, port: 'http' },
    { name: 'door', kind: 'SSOClient', strategy: 'oidc' },
  ],
});
const bindings = (door: 'Bound' | 'Off'): ResolvedBinding[] =>
  (definition.spec.integrations ?? []).map((slot) =>
    slot.name === 'door' && door === 'Off'
      ? { slot, state: 'Off', reason: 'It is turned off.' }
      : { slot, state: 'Bound', provider, reason: '' },
  );

const owner = (uid = app.metadata.uid ?? '') => ({
  apiVersion: app.apiVersion,
  kind: app.kind,
  name: app.metadata.name,
  uid,
  controller: true,
});
const child = (kind: typeof Route | typeof SSOClient, part: string, more: object, uid?: string): Resource =>
  ({
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { namespace: 'home', name: `x-${part}`, ownerReferences: [owner(uid)] },
    spec: { providerRef: provider },
    ...more,
  }) as Resource;

/** What is deleted where this is there. */
async function deleted(door: 'Bound' | 'Off', ...objects: readonly Resource[]): Promise<string[]> {
  const context = fakeContext({ objects });
  const byName = deletedByName(context);
  await keepIntegrations(inputOf(definition, app), bindings(door), context);
  expect(byName).toEqual([]);
  return context.deleted.map(({ kind, key }) => `${kind}/${key.name}`);
}

describe('an SSOClient that no slot asks for', () => {
  const client = child(SSOClient, 'door', {});

  it('stays while the gateway asks it', async () => {
    const guarded = child(Route, 'route', { status: { signOn: { client: 'x-door' } } });
    expect(await deleted('Off', guarded, client)).toEqual([]);
  });

  it('goes when the gateway has stopped', async () => {
    expect(await deleted('Off', child(Route, 'route', {}), client)).toEqual(['SSOClient/x-door']);
  });
});

describe('an SSOClient by another strategy', () => {
  const byHeader = { spec: { providerRef: provider, strategy: 'forward-auth' } };

  it('makes room where it is the App’s own', async () => {
    expect(await deleted('Bound', child(SSOClient, 'door', byHeader))).toEqual(['SSOClient/x-door']);
  });

  it('is left alone where it is somebody else’s', async () => {
    expect(await deleted('Bound', child(SSOClient, 'door', byHeader, 'another'))).toEqual([]);
  });
});
