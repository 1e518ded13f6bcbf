import type { AppDefinition } from '@hearth/domain';
import { LeaseEnded, type Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { expect, it } from 'vitest';
import type { Provider } from '../../provider.ts';
import { aProvider, providerRef } from '../testing/cluster.ts';
import { connectionsTo } from './connections.ts';

const provider = {
  ref: providerRef,
  app: aProvider({
    definition: 'postgres',
    external: { host: 'nas', ports: [{ name: 'postgres', port: 5432 }], credentialsSecret: 'account' },
  }),
  definition: {} as AppDefinition,
  provision: { kind: 'Database', engine: 'postgresql', port: 'postgres' },
} as Provider<'Database'>;

const account = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: providerRef.namespace, name: 'account' },
  stringData: { username: 'admin', password: 'not-to-be-guessed' },
} as Resource;

it('starts no statement once another process leads, not even on a connection that is open', async () => {
  const statements: string[] = [];
  let leads = true;
  const context = {
    ...fakeContext(),
    requireLead: () => {
      if (!leads) throw new LeaseEnded();
    },
  };
  await context.act.create(account);
  const connections = connectionsTo(provider, context, async () => ({
    query: async (text) => {
      statements.push(text);
      return [];
    },
    close: async () => undefined,
  }));
  const session = await connections.admin();
  await session.query('BEGIN');
  leads = false;
  await expect(session.query('DROP ROLE rss')).rejects.toThrow(LeaseEnded);
  expect(statements).toEqual(['BEGIN']);
});
