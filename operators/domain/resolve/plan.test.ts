import { describe, expect, test } from 'vitest';
import { Plan, type PlanStep } from '../schema/plan.ts';
import {
  app,
  binding,
  catalogueOf,
  conflicting,
  db,
  definition,
  digest,
  externalTraefik,
  planned,
  postgres,
  resolveIn,
  rss,
  running,
  shared,
  traefik,
} from './fixtures.ts';
import { indexInstalled } from './installed.ts';
import type { Resolution } from './resolution.ts';
import { resolve } from './resolve.ts';

const stepsOf = (resolution: Resolution): readonly PlanStep[] =>
  planned(resolution).plan.levels.flatMap(({ steps }) => steps);
const step = (resolution: Resolution, id: string) => stepsOf(resolution).find((each) => each.id === id);

const heavy = definition('heavy', {
  stateful: true,
  architectures: ['amd64'],
  workloads: [
    { name: 'app', ports: [{ name: 'http', port: 80 }], resources: { cpu: '500m', memory: '1Gi' } },
    { name: 'ml', image: 'app', resources: { memory: '2Gi' } },
  ],
});
const node = (name: string, memory: number, arch = 'amd64') => ({
  name,
  arch,
  free: { cpu: 4, memory: memory * 2 ** 30 },
});

describe('a plan', () => {
  test('is what its schema admits', () => {
    const { plan } = planned(
      resolveIn(app('home/rss'), { catalogue: [rss, postgres], nodes: [node('one', 8)] }),
    );
    expect(Plan.spec.parse(plan)).toEqual(plan);
  });

  test('says of each step why it is there and what data it touches', () => {
    const result = resolveIn(app('home/rss'), { catalogue: [rss, postgres] });
    expect(step(result, 'install:hearth-providers/postgres')).toMatchObject({
      action: 'Install',
      definition: 'postgres',
      version: '1.0.0',
      data: expect.stringContaining('volumes of its own'),
      reason: expect.stringContaining('home/rss needs a Database in its slot `db`'),
    });
    expect(step(result, 'bind:db')).toMatchObject({
      action: 'Bind',
      slot: 'db',
      kind: 'Database',
      provider: { namespace: 'hearth-providers', name: 'postgres' },
      data: expect.stringContaining('Makes a Database'),
    });
    expect(step(result, 'run')).toMatchObject({
      action: 'Run',
      version: '1.0.0',
      reason: 'It is what was asked for.',
    });
    const bound = app(
      'home/rss',
      {},
      { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) },
    );
    expect(step(resolveIn(bound, { catalogue: [rss, postgres], apps: [shared] }), 'bind:db')?.data).toBe(
      'Keeps the Database that it has in hearth-providers/postgres.',
    );
  });

  test('says where people will find it', () => {
    const web = definition('web', {
      integrations: [{ name: 'route', kind: 'Route', required: true, port: 'http' }],
    });
    const catalogue = catalogueOf(web, traefik);
    const home = {
      apiVersion: 'hearth.dev/v1alpha1',
      kind: 'Home',
      metadata: { name: 'home' },
      spec: {
        domain: 'hearth.home.arpa',
        httpsPort: 443,
        timeZone: 'UTC',
        certificateIssuer: { type: 'LocalCA' },
        exposure: 'lan',
      },
    } as const;
    const input = {
      catalogue,
      home,
      installed: indexInstalled([externalTraefik], catalogue),
      supported: new Set(['Route'] as const),
      digest,
    };
    expect(
      step(resolve({ ...input, wanted: app('home/web', { host: 'www' }) }), 'bind:route')?.reason,
    ).toContain('https://www.hearth.home.arpa.');
    expect(step(resolve({ ...input, wanted: app('home/web') }), 'bind:route')?.reason).toContain(
      'https://web.hearth.home.arpa.',
    );
  });
});

describe('what restarts', () => {
  const peer = { name: 'peer', kind: 'Connection', role: 'torrent' } as const;
  const torrent = definition('torrent', { provides: [{ kind: 'Connection', role: 'torrent' }] });
  const self = [{ namespace: 'home', name: 'web' }];
  const apps = [app('home/torrent', {}, { status: running() })];
  const late = (integrations: NonNullable<Parameters<typeof definition>[1]>['integrations'], env = {}) => {
    const web = definition('web', {
      integrations: integrations ?? [],
      workloads: [{ name: 'app', ports: [{ name: 'http', port: 80 }], env }],
    });
    return resolveIn(app('home/web', {}, { status: running() }), {
      catalogue: [web, torrent, traefik],
      apps: [...apps, app('home/traefik', { external: { host: 'x' } }, { status: running() })],
    });
  };

  test('the app, where a late binding is in its environment', () => {
    const result = late([{ ...peer, env: { KEY: '${peer.apiKey}' } }]);
    expect(step(result, 'bind:peer')).toMatchObject({ action: 'Rewire', restarts: self });
    expect(step(result, 'run')?.restarts).toEqual(self);
  });

  test('nothing, where it isn’t', () => {
    const result = late([peer]);
    expect(step(result, 'bind:peer')?.action).toBe('Rewire');
    expect(stepsOf(result).filter(({ restarts }) => restarts !== undefined)).toEqual([]);
  });

  test('the app, where it uses its own address and a late route gives it', () => {
    const result = late([{ name: 'route', kind: 'Route', port: 'http' }], { URL: '${app.url}' });
    expect(step(result, 'bind:route')?.restarts).toEqual(self);
    const without = late([{ name: 'route', kind: 'Route', port: 'http' }], { NAME: '${app.name}' });
    expect(step(without, 'bind:route')?.restarts).toBeUndefined();
  });

  test('nothing at the first installation, and nothing when all is as it was', () => {
    const first = resolveIn(app('home/rss'), { catalogue: [rss, postgres], apps: [shared] });
    const same = app(
      'home/rss',
      {},
      { status: running([binding('db', 'Database', 'hearth-providers/postgres')]) },
    );
    const again = resolveIn(same, { catalogue: [rss, postgres], apps: [shared] });
    expect([...stepsOf(first), ...stepsOf(again)].filter(({ restarts }) => restarts)).toEqual([]);
    expect(step(again, 'bind:db')?.action).toBe('Bind');
  });

  test('the app, for another version', () => {
    const two = definition('web', {
      versions: ['2', '1'].map((version) => ({ version, images: { app: 'x' } })),
    });
    const result = resolveIn(app('home/web', { version: '2' }, { status: running([], '1') }), {
      catalogue: [two],
    });
    expect(step(result, 'run')).toMatchObject({ restarts: self, reason: 'It runs 1 and is to run 2.' });
  });
});

describe('machines', () => {
  const fitOf = (...nodes: ReturnType<typeof node>[]) =>
    step(resolveIn(app('home/heavy'), { catalogue: [heavy], nodes }), 'run');

  test('that have the processor and room for the largest workload could run it', () => {
    expect(fitOf(node('big', 8), node('small', 1), node('arm', 8, 'arm64'))).toMatchObject({
      nodes: ['big'],
      requests: { cpu: '500m', memory: '3Gi' },
      fits: 'yes: the most that one machine has left is 4 CPU and 8Gi of memory',
    });
  });

  test('may share the workloads between them', () => {
    expect(fitOf(node('a', 2), node('b', 1))?.fits).toMatch(/^yes/);
    expect(fitOf(node('a', 2))?.fits).toMatch(/^no: the most that one machine has left is 4 CPU and 2Gi/);
  });

  test('of no fitting processor are a conflict, for a provider too; but let an app be that runs', () => {
    const nodes = [node('arm', 8, 'arm64')];
    expect(conflicting(resolveIn(app('home/heavy'), { catalogue: [heavy], nodes })).reason).toBe(
      'NoMachineFits',
    );
    const intel = definition('postgres', {
      ...{ architectures: ['amd64'] as const },
      provides: [{ kind: 'Database', engine: 'postgresql' }],
    });
    expect(conflicting(resolveIn(app('home/rss'), { catalogue: [rss, intel], nodes })).message).toContain(
      'hearth-providers/postgres',
    );
    expect(
      planned(resolveIn(app('home/heavy', {}, { status: running() }), { catalogue: [heavy], nodes })).version,
    ).toBe('1.0.0');
  });
});

describe('the hash of a plan', () => {
  const two = definition('rss', {
    integrations: [db()],
    versions: ['2', '1'].map((version) => ({ version, images: { app: `rss:${version}` } })),
  });
  const hashOf = (wanted = app('home/rss'), catalogue = [two, postgres], rest = {}) =>
    planned(resolveIn(wanted, { catalogue, apps: [shared], ...rest })).plan.hash;
  const base = hashOf();

  test.each([
    ['what is free on machines', hashOf(undefined, undefined, { nodes: [node('one', 1)] })],
    ['the approval', hashOf(app('home/rss', { approval: 'Manual', approvedPlan: base }))],
    [
      'titles and icons',
      hashOf(undefined, [{ ...two, spec: { ...two.spec, title: 'Other', description: 'Other' } }, postgres]),
    ],
    [
      'a version that doesn’t run',
      hashOf(app('home/rss', {}, { status: running([], '2') }), [
        {
          ...two,
          spec: { ...two.spec, versions: [{ version: '3', images: { app: 'rss:3' } }, ...two.spec.versions] },
        },
        postgres,
      ]),
    ],
    [
      'what is installed besides',
      hashOf(undefined, undefined, { apps: [shared, app('home/other', { definition: 'rss' })] }),
    ],
    ['whether its provider is there yet', hashOf(undefined, undefined, { apps: [] })],
  ])('doesn’t cover %s', (_, hash) => {
    expect(hash).toBe(base);
  });

  test.each([
    ['the spec', hashOf(app('home/rss', { host: 'news' }))],
    [
      'the image that runs',
      hashOf(undefined, [
        { ...two, spec: { ...two.spec, versions: [{ version: '2', images: { app: 'evil' } }] } },
        postgres,
      ]),
    ],
    [
      'the definition',
      hashOf(undefined, [
        definition('rss', {
          ...{ versions: [{ version: '2', images: { app: 'rss:2' } }] },
          integrations: [db({ engine: 'postgresql', version: '>=13' })],
        }),
        postgres,
      ]),
    ],
    [
      'the provider’s definition',
      hashOf(undefined, [
        two,
        definition('postgres', { provides: [{ kind: 'Database', engine: 'postgresql' }] }),
      ]),
    ],
    ['the provider', hashOf(undefined, undefined, { apps: [app('home/pg', { definition: 'postgres' })] })],
    ['the version', hashOf(app('home/rss', {}, { status: running([], '1') }))],
  ])('covers %s', (_, hash) => {
    expect(hash).not.toBe(base);
  });

  test('covers the order of a command’s words, and of nothing that has none', () => {
    const withArgs = (args: string[], volumes: string[]) =>
      hashOf(undefined, [
        definition('rss', {
          workloads: [{ name: 'app', args, volumes: volumes.map((name) => ({ name, path: `/${name}` })) }],
        }),
      ]);
    expect(withArgs(['a', 'b'], ['x', 'y'])).toBe(withArgs(['a', 'b'], ['y', 'x']));
    expect(withArgs(['a', 'b'], ['x', 'y'])).not.toBe(withArgs(['b', 'a'], ['x', 'y']));
  });
});

test('an offer is a step too, so that a person reading the plan sees it', () => {
  const late = definition('rss', { integrations: [{ ...db(), required: false }] });
  const result = resolveIn(app('home/rss', {}, { status: running() }), {
    catalogue: [late, postgres],
    apps: [shared],
  });
  expect(step(result, 'offer:db')).toMatchObject({
    action: 'Offer',
    slot: 'db',
    reason: expect.stringContaining('hearth-providers/postgres could serve it'),
  });
});
