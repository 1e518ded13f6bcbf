import { Connection } from '@hearth/domain';
import { fakeContext } from '@hearth/runtime/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSsoClientController } from './controller.ts';
import { anSsoClient, keeperOf, providers, type TestCluster, testCluster } from './testing/cluster.ts';

const controller = createSsoClientController();
const ldap = {
  providerRef: { namespace: providers, name: 'directory' },
  strategy: 'ldap',
  route: undefined,
  redirects: undefined,
};
const client = anSsoClient('wiki-sso', ldap);
const keeper = keeperOf('directory');

let cluster: TestCluster;

/** Nobody answers for the directory: whoever is let go on to it says so. */
beforeEach(() => {
  const server = { address: { host: '127.0.0.1', port: 9 }, token: 'a-password' };
  cluster = testCluster({ directory: { server, api: 'openldap', strategies: ['ldap'] } });
});

describe('a directory', () => {
  it.each<[string, Connection | undefined]>([
    ['nobody keeps people', undefined],
    ['somebody is to, who is not joined to it yet', { ...keeper, status: { observedGeneration: 1 } }],
    ['somebody only looks people up', { ...keeper, spec: { ...keeper.spec, role: 'addressBook' } }],
    ['nobody keeps people, but in another', keeperOf('other')],
  ])('has no account for an app while %s in it', async (_, connection) => {
    if (connection) await cluster.put(connection);
    expect(await cluster.reconcile(controller, client)).toMatchObject({
      type: 'waiting',
      reason: 'NobodyKeepsPeople',
      message: expect.stringContaining('install an App of definition identity'),
    });
  });

  it('is asked for one when identity keeps people in it', async () => {
    await cluster.put(keeper);
    expect(await cluster.reconcile(controller, client)).toMatchObject({ reason: 'ProviderUnreachable' });
  });

  it('keeps one that was made, whoever keeps people by now', async () => {
    const made = { ...client, status: { observedGeneration: 1, provider: ldap.providerRef } };
    expect(await cluster.reconcile(controller, made)).toMatchObject({ reason: 'ProviderUnreachable' });
  });
});

it('who begins to keep people wakes those that wait for it', () => {
  const wakes = controller.watches?.find(({ kind }) => kind.kind === Connection.kind);
  const { read } = fakeContext({ objects: [client], indexes: controller.indexes ?? [] });
  expect(wakes?.keys(keeper, read)).toEqual([{ namespace: 'home', name: 'wiki-sso' }]);
});
