import { afterEach, beforeEach } from 'vitest';
import { createSsoClientController } from '../controller.ts';
import { anSsoClient, type TestCluster, testCluster } from './cluster.ts';
import { identityStandIn, type StandIn } from './stand-in.ts';

/** The id of the SSOClient of the tests. */
export const id = 'home-rss-sso';

/** Its mark. */
export const mark = { home: 'home-1', namespace: 'home', name: 'rss-sso' };

/** Longer than an old secret is kept for pods that are ending, in milliseconds. */
export const minute = 61_000;

/** Two stand-ins for identity, `identity` and `other`, and a cluster that knows both; new for each test. */
export interface TwoIdentities {
  identity: StandIn;
  other: StandIn;
  cluster: TestCluster;
  readonly controller: ReturnType<typeof createSsoClientController>;
  reconcile(spec?: object, annotations?: Record<string, string>): ReturnType<TestCluster['reconcile']>;
  /** The secrets that the client at a provider takes. */
  secretsAt(provider: StandIn): string[] | undefined;
  /** The secret that consumers are shown. */
  shown(): string;
}

/** Makes them before each test of a file, and ends them after it. */
export function twoIdentities(): TwoIdentities {
  const controller = createSsoClientController();
  const bench: Pick<TwoIdentities, 'controller' | 'reconcile' | 'secretsAt' | 'shown'> = {
    controller,
    reconcile: (spec = {}, annotations = {}) =>
      both.cluster.reconcile(controller, anSsoClient('rss-sso', spec, annotations)),
    secretsAt: ({ clients }) => clients.get(id)?.secrets.map(({ value }) => value),
    shown: () => both.cluster.binding()?.clientSecret ?? '',
  };
  const both = bench as TwoIdentities;
  beforeEach(async () => {
    [both.identity, both.other] = await Promise.all([identityStandIn(), identityStandIn()]);
    both.cluster = clusterOf(both);
  });
  afterEach(() => Promise.all([both.identity[Symbol.asyncDispose](), both.other[Symbol.asyncDispose]()]));
  return both;
}

/** A cluster that knows both. */
export function clusterOf({ identity, other }: Pick<TwoIdentities, 'identity' | 'other'>): TestCluster {
  const strategies = ['oidc', 'forward-auth'];
  return testCluster({
    identity: { server: identity, api: 'hearth', strategies },
    other: { server: other, api: 'hearth', strategies },
  });
}
