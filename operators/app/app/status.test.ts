import { indexInstalled, mostRequiredBy } from '@hearth/domain';
import { expect, it } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { consumersOf } from './status.ts';

it('an App that very many use names as many of them as its status may hold', () => {
  const provider = appOf('provider');
  const bindings = [
    { name: 'db', kind: 'Database', state: 'Bound', providerRef: { namespace: 'home', name: 'provider' } },
  ] as const;
  const consumers = Array.from({ length: mostRequiredBy + 1 }, (_, index) =>
    appOf(`app-${String(index).padStart(4, '0')}`, {}, { status: { observedGeneration: 1, bindings } }),
  );
  const installed = indexInstalled([provider, ...consumers], new Map());
  const named = consumersOf({ app: provider, installed });
  expect(named).toHaveLength(mostRequiredBy);
  expect(named[0]).toEqual({ namespace: 'home', name: 'app-0000' });
});
