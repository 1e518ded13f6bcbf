import type { AccountsRequest } from '@hearth/domain';
import { fakeContext } from '@hearth/runtime/testing';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type { Keycloak } from '../../../../e2e/harness/keycloak.ts';
import type { Provider } from '../../provider.ts';
import type { People } from '../provider.ts';
import { adapters } from '../providers.ts';
import { providerObjects, providers } from './cluster.ts';

/** Somebody of the home, as providers are told of them. */
export type Person = AccountsRequest['users'][number];

/** The people of a Keycloak of the tests, in the realm `home`. */
export interface KeycloakPeople {
  /** Tells it, by the adapter, of these people and no others. */
  push(...users: Person[]): Promise<People | undefined>;
  /** Whom it knows, by its own word. */
  users(): Promise<readonly (object & { readonly name?: string | undefined })[]>;
  /** Lets somebody sign in by a password; gives their id there. */
  signIn(name: string): Promise<string>;
}

/** Somebody of the family. */
export const person = (name: string, more: Partial<Person> = {}): Person => ({
  name,
  displayName: name,
  disabled: false,
  groups: ['family'],
  ...more,
});

/** The people of a Keycloak. @param admin of the realm `home`. */
export function peopleOf({ address, token }: Keycloak, admin: KeycloakAdminClient): KeycloakPeople {
  return {
    async push(...users) {
      const server = { address, token };
      const objects = providerObjects('keycloak', { server, api: 'keycloak', strategies: ['oidc'] });
      const context = fakeContext({ objects, reach: async () => address });
      const [definition, app] = objects;
      const provision = { kind: 'SSOClient', port: 'admin', admin: { username: 'admin', secret: 'admin' } };
      const provider = { ref: { namespace: providers, name: 'keycloak' }, app, definition, provision };
      const session = adapters.keycloak.open(provider as unknown as Provider<'SSOClient'>, context);
      return session.syncAccounts?.({ revision: 'r', users }, 'home-1');
    },

    async users() {
      const found = await admin.users.find({ max: 1000, briefRepresentation: false });
      return Promise.all(
        found.map(async ({ id = '', username, enabled, firstName, email }) => {
          const groups = (await admin.users.listGroups({ id })).map((group) => group.name);
          return { name: username, enabled, firstName, ...(email && { email }), groups };
        }),
      );
    },

    async signIn(name) {
      const [{ id = '' } = {}] = await admin.users.find({ username: name, exact: true });
      const credential = { type: 'password', value: name, temporary: false };
      await admin.users.resetPassword({ id, credential });
      const form = { grant_type: 'password', client_id: 'admin-cli', username: name, password: name };
      const url = `http://${address.host}:${address.port}/realms/home/protocol/openid-connect/token`;
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
      if (!answer.ok) throw new Error(`Keycloak lets ${name} not in: ${answer.status}`);
      return id;
    },
  };
}
