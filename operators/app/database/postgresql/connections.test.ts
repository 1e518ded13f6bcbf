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

// Resolvers take 127.1 for 127.0.0.1, and a short name for one of the cluster's; a name that ends in a dot is neither.
it.each(['127.1', 'postgres.hearth-providers'])('dials nobody inside by the name %s', async (host) => {
  const external = { ...provider.app.spec.external, host };
  const app = { ...provider.app, metadata: { namespace: 'home', name: 'mine' } };
  const ref = { namespace: 'home', name: 'mine' };
  const theirs = { ...provider, ref, app: { ...app, spec: { ...app.spec, external } } };
  const context = fakeContext();
  await context.act.create({ ...account, metadata: { namespace: 'home', name: 'account' } });
  const dialled: string[] = [];
  const connections = connectionsTo(theirs as typeof provider, context, async (login) => {
    dialled.push(login.host);
    return { query: async () => [], close: async () => undefined };
  });
  await expect(connections.admin()).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(dialled).toEqual([]);
});
