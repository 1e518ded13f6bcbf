import { randomBytes } from 'node:crypto';
import { presentCluster } from '../../bootstrap/commands/options.ts';
import { SIGN_ON_HOME } from '../harness/cluster-setup.ts';
import { homeAt, homeOf, type TestHome } from '../harness/home.ts';
import { makeRoom } from '../harness/machine.ts';

/** An App of the tests. */
export const app = (name: string, definition: string, spec: object = {}, namespace = 'home') => ({
  apiVersion: 'apps.hearth.dev/v1alpha1',
  kind: 'App',
  metadata: { name, namespace },
  spec: { definition, ...spec },
});

/** A name that nobody in the home has had: mila-1f2e. */
export const newName = (name: string): string => `${name}-${randomBytes(2).toString('hex')}`;

/** Where the identity provider of a home is. */
export const PROVIDERS = 'hearth-providers';

/** The identity provider, for all apps of the home. */
export const identity = app('identity', 'identity', { share: { namespaces: ['*'] } }, PROVIDERS);

/**
 * A home in which people can sign in. `HEARTH_TEST_HOME` names one that is up, to be used as it is: that is for who
 * writes tests.
 */
export async function signOnHome(): Promise<{ home: TestHome; name: string }> {
  const { HEARTH_TEST_HOME: given } = process.env;
  const name = given ?? SIGN_ON_HOME;
  const home = given === undefined ? await ownHome() : await homeThatIsUp(given);
  await home.apply(identity);
  await home.ready('identity', PROVIDERS);
  return { home, name };
}

async function ownHome(): Promise<TestHome> {
  await makeRoom(SIGN_ON_HOME);
  return homeOf(SIGN_ON_HOME, 'sign-on');
}

/** Joins a home of that name, as it is. */
export async function homeThatIsUp(name: string): Promise<TestHome> {
  const cluster = await presentCluster(name);
  return homeAt({ kubeconfig: cluster.kubeconfig, address: (await cluster.nodeAddress()) ?? '127.0.0.1' });
}
