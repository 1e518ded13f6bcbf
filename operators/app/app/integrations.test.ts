import type { ResolvedBinding } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { boundOf, integrationObject } from './integrations.ts';

const provider = { namespace: 'hearth-providers', name: 'p' };

/** What is made for the only slot of a definition. */
function objectFor(slot: object, spec: object = {}) {
  const ports = [{ name: 'http', port: 8080, protocol: 'HTTP' }];
  const definition = definitionOf('x', {
    workloads: [{ name: 'app' }, { name: 'web', image: 'app', ports }],
    integrations: [slot],
  });
  const [declared] = definition.spec.integrations ?? [];
  if (declared === undefined) throw new Error('no slot');
  const binding: ResolvedBinding = { slot: declared, state: 'Bound', provider, reason: '' };
  const [bound] = boundOf([binding]);
  if (bound === undefined) throw new Error('no binding');
  return integrationObject(inputOf(definition, appOf('x', spec)), bound);
}

describe('a slot’s resource', () => {
  it('asks for a database that goes or stays with the App', () => {
    const needs = { engine: 'postgresql', extensions: ['hstore'] };
    expect(objectFor({ name: 'db', kind: 'Database', needs }, { deletion: 'Delete' })).toMatchObject({
      kind: 'Database',
      metadata: { namespace: 'home', name: 'x-db' },
      spec: {
        engine: 'postgresql',
        providerRef: provider,
        owner: 'x',
        deletion: 'Delete',
        extensions: ['hstore'],
      },
    });
  });

  it('leads a route to the port of a workload', () => {
    const slot = { name: 'route', kind: 'Route', workload: 'web', port: 'http' };
    expect(objectFor(slot, { host: 'photos', access: { groups: ['family'] } })).toMatchObject({
      kind: 'Route',
      spec: { host: 'photos', service: 'x-web', port: 8080, exposure: 'lan', access: { groups: ['family'] } },
    });
  });

  it.each([
    ['NoPort', { name: 'route', kind: 'Route', port: 'http' }],
    ['NoPort', { name: 'route', kind: 'Route', workload: 'nope', port: 'http' }],
    ['NoAdapter', { name: 'db', kind: 'Database', needs: { engine: 'mysql' } }],
  ])('is refused where there can be none: %s', (reason, slot) => {
    expect(() => objectFor(slot)).toThrow(expect.objectContaining({ name: 'Stalled', reason }));
  });
});
