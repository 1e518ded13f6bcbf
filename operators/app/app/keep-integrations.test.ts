import { type ResolvedBinding, Route, SSOClient } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { deletedByName } from '../testing/deletions.ts';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { keepIntegrations, letGoOfGuard } from './keep-integrations.ts';

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

describe('a Route whose door the gateway keeps', () => {
  const asking = { providerRef: provider, signOn: { client: 'x-door' } };
  /** Whom the Route is to ask, before the app has come up and after it. */
  const signOnAfter = async (status: object, spec: object = asking) => {
    const objects = [child(Route, 'route', { spec, status }), child(SSOClient, 'door', {})];
    const { read, act } = fakeContext({ objects });
    const intended: (string | undefined)[] = [];
    const apply: typeof act.apply = (object, how) => {
      if (object.kind === Route.kind) intended.push((object as unknown as Route).spec.signOn?.client);
      return act.apply(object, how);
    };
    const noting = { read, act: { ...act, apply } };
    await keepIntegrations(inputOf(definition, app), bindings('Off'), noting);
    await letGoOfGuard(inputOf(definition, app), bindings('Off'), noting);
    return intended;
  };

  it('goes on asking until the app has come up without', async () => {
    expect(await signOnAfter({ signOn: { client: 'x-door', by: 'gateway' } })).toEqual(['x-door', undefined]);
  });

  it.each([
    ['the app itself asks', { signOn: { client: 'x-door', by: 'app' } }],
    ['nobody asks yet', {}],
  ])('but not where %s', async (_, status) => {
    expect(await signOnAfter(status)).toEqual([undefined, undefined]);
  });

  it('and does not begin again while the gateway has yet to follow', async () => {
    const status = { signOn: { client: 'x-door', by: 'gateway' } };
    expect(await signOnAfter(status, { providerRef: provider })).toEqual([undefined, undefined]);
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
