import type { SSOClient } from '@hearth/domain';
import { type Outcome, Secret } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { createSsoClientController } from './controller.ts';
import type { OpenProvider } from './provider.ts';
import { adapters } from './providers.ts';
import { anSsoClient, isReady, providers, type TestCluster } from './testing/cluster.ts';
import type { StandIn } from './testing/stand-in.ts';
import { clusterOf, id, minute, twoIdentities } from './testing/two-identities.ts';

const on = twoIdentities();

/** Ends the process, as far as a pass can tell. */
class Crash extends Error {}

/** Counts what goes out, to a provider or the API, and breaks everything from the `at`-th on, until it is mended. */
function fuse(at: number) {
  let sent = 0;
  let mended = false;
  const burn = () => {
    sent += 1;
    if (sent >= at && !mended) throw new Crash();
  };
  const mend = () => {
    mended = true;
  };
  return { burn, mend };
}

/** The adapter of identity, which may break before each step, and after it: whether a step was done is then not known. */
const breaking = (burn: () => void): OpenProvider => {
  return (...given) => {
    const session = adapters.hearth.open(...given);
    return {
      ...session,
      carryOut: async (...step) => {
        burn();
        await session.carryOut(...step);
        burn();
      },
    };
  };
};

const elsewhere = { providerRef: { namespace: providers, name: 'other' } };
const rotated = { rotation: 'r1' };
type Controller = ReturnType<typeof createSsoClientController>;

/** One scenario: what is there before, what is cut off, and what must be there after it was made again. */
interface Scenario {
  /** At least so many places at which it can be cut off. */
  readonly places: number;
  before?(cluster: TestCluster): Promise<unknown>;
  act(cluster: TestCluster, controller: Controller): Promise<Outcome>;
  after(cluster: TestCluster): void;
}

const make = (cluster: TestCluster, spec: object = {}, controller = createSsoClientController()) =>
  cluster.reconcile(controller, anSsoClient('rss-sso', spec));
const settleAfter = async (cluster: TestCluster, spec: object) => {
  await make(cluster);
  await make(cluster, spec);
  await cluster.settle();
  cluster.advance(minute);
};
const shown = (cluster: TestCluster) => cluster.binding()?.clientSecret;
const secretsAt = ({ clients }: StandIn) => clients.get(id)?.secrets.map(({ value }) => value);

/** One client, with the secret that consumers are shown and no other. */
const isRight = (where: () => StandIn, other: () => StandIn) => (cluster: TestCluster) => {
  expect(secretsAt(where())).toEqual([shown(cluster)]);
  expect([...where().clients.keys()]).toEqual([id]);
  expect(other().clients.size).toBe(0);
  expect(JSON.parse(cluster.binding()?.ledger ?? '{}')).toMatchObject({ former: [] });
};
const atIdentity = isRight(
  () => on.identity,
  () => on.other,
);
const atOther = isRight(
  () => on.other,
  () => on.identity,
);

const scenarios: Record<string, Scenario> = {
  'making one': { places: 4, act: (cluster, controller) => make(cluster, {}, controller), after: atIdentity },

  'making one again after the Secret is gone': {
    places: 4,
    before: async (cluster) => {
      await make(cluster);
      await cluster.remove(Secret, { namespace: 'home', name: 'rss-sso-binding' });
    },
    act: (cluster, controller) => make(cluster, {}, controller),
    after: (cluster) => expect(secretsAt(on.identity)).toEqual([shown(cluster)]),
  },

  'a second secret': {
    places: 4,
    before: (cluster) => make(cluster),
    act: (cluster, controller) => make(cluster, rotated, controller),
    after: (cluster) => {
      expect(secretsAt(on.identity)).toEqual([shown(cluster), expect.any(String)]);
      expect(new Set(secretsAt(on.identity)).size).toBe(2);
    },
  },

  'the end of the first secret': {
    places: 3,
    before: (cluster) => settleAfter(cluster, rotated),
    act: (cluster, controller) => make(cluster, rotated, controller),
    after: atIdentity,
  },

  'a move': {
    places: 4,
    before: (cluster) => make(cluster),
    act: (cluster, controller) => make(cluster, elsewhere, controller),
    after: (cluster) => {
      expect(secretsAt(on.other)).toEqual([shown(cluster)]);
      expect(secretsAt(on.identity)).toHaveLength(1);
    },
  },

  'the end of a move': {
    places: 3,
    before: (cluster) => settleAfter(cluster, elsewhere),
    act: (cluster, controller) => make(cluster, elsewhere, controller),
    after: atOther,
  },

  'a deletion amid a move': {
    places: 4,
    before: async (cluster) => {
      await make(cluster);
      await make(cluster, elsewhere);
    },
    act: (cluster, controller) => cluster.finalize(controller, anSsoClient('rss-sso', elsewhere)),
    after: () => expect([on.identity.clients.size, on.other.clients.size]).toEqual([0, 0]),
  },
};

/** Cuts `scenario` off at each place in turn, and makes it again, until it comes to its end uncut. */
async function cutOffEverywhere(scenario: Scenario): Promise<number> {
  for (let at = 1; ; at++) {
    on.identity.clients.clear();
    on.other.clients.clear();
    const cluster = clusterOf(on);
    await scenario.before?.(cluster);
    const { burn, mend } = fuse(at);
    cluster.beforeWrite = burn;
    const hearth = { ...adapters.hearth, open: breaking(burn) };
    const first = createSsoClientController({ ...adapters, hearth });
    const finished = await attempt(() => scenario.act(cluster, first));
    mend();
    if (!finished)
      expect([at, await scenario.act(cluster, createSsoClientController())]).toMatchObject([
        at,
        { type: 'ready' },
      ]);
    scenario.after(cluster);
    if (finished) return at - 1;
  }
}

describe('cut off at any one step or write,', { timeout: 60_000 }, () => {
  it.each(Object.entries(scenarios))('a process that starts again ends well: %s', async (_, scenario) => {
    expect(await cutOffEverywhere(scenario)).toBeGreaterThanOrEqual(scenario.places);
  });

  it('a process whose person changes their mind meanwhile leaves nothing behind', async () => {
    for (let at = 1; at < 20; at++) {
      on.identity.clients.clear();
      on.other.clients.clear();
      const cluster = clusterOf(on);
      const { burn, mend } = fuse(at);
      cluster.beforeWrite = burn;
      const hearth = { ...adapters.hearth, open: breaking(burn) };
      const first = createSsoClientController({ ...adapters, hearth });
      const finished = await attempt(() => make(cluster, {}, first));
      mend();
      // The status is lost with the process; the Secret is not.
      const moved: SSOClient = anSsoClient('rss-sso', elsewhere);
      await cluster.reconcile(createSsoClientController(), moved);
      await cluster.settle();
      cluster.advance(minute);
      await cluster.reconcile(createSsoClientController(), moved);
      atOther(cluster);
      if (finished) return;
    }
  });
});

/** Whether it came to its end. What a crash looks like to the one who is cut off is not the point here. */
async function attempt(work: () => Promise<Outcome>): Promise<boolean> {
  try {
    return isReady(await work());
  } catch {
    return false;
  }
}
