import { App, Route, SSOClient } from '@hearth/domain';
import { type Key, type Resource, Secret } from '@hearth/runtime';
import type { FakeContext } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { routeController } from './controller.ts';
import { cluster, names, reconcile, route } from './testing/cluster.ts';
import { IngressRoute, Middleware } from './traefik/kinds.ts';

const signOn = { client: 'rss-sso' };
const rss = route('rss', { spec: { signOn } });
const key = { namespace: 'home', name: 'rss' };

const client = (spec: object = {}, status: object = {}) => ({
  apiVersion: SSOClient.apiVersion,
  kind: SSOClient.kind,
  metadata: { namespace: 'home', name: 'rss-sso', uid: 'sso' },
  spec: { strategy: 'forward-auth', route: 'rss', ...spec },
  status: { observedGeneration: 1, ...status },
});
const starting = client(
  {},
  { conditions: [{ type: 'Ready', status: 'False', message: 'identity is starting.' }] },
);
const working = client({ open: ['/api/'] }, { clientId: 'home-rss-sso', middleware: 'rss-sso-sign-on' });

const middlewares = (context: FakeContext) =>
  context.read.get(IngressRoute, key)?.spec.routes.map((rule) => rule.middlewares.map(({ name }) => name));
const asked = ['rss-headers', 'rss-home-network', 'rss-sso-sign-on'];
const unasked = ['rss-headers', 'rss-home-network'];

/** A cluster in which a Route is as a pass left it. */
async function after(objects: Parameters<typeof cluster>[0]) {
  const context = cluster(objects);
  const outcome = (await reconcile(context)) as { status?: object };
  await context.act.patch(Route, key, { status: outcome.status });
  return context;
}

describe('a Route that the gateway is to guard', () => {
  test('is closed until people can sign in, with all that the SSOClient needs to know of it', async () => {
    const context = cluster([rss, starting]);
    expect(await reconcile(context)).toMatchObject({
      type: 'waiting',
      reason: 'SignOnNotReady',
      message:
        'Nobody is let in before people can sign in. SSOClient rss-sso is not ready: identity is starting.',
      status: { url: 'https://rss.hearth.home.arpa', binding: { name: 'rss-binding' } },
    });
    expect(names(context, Secret)).toEqual(['rss-binding', 'rss-tls']);
    expect([...names(context, IngressRoute), ...names(context, Middleware)]).toEqual([]);
  });

  test('is closed while there is no such SSOClient', async () => {
    expect(await reconcile(cluster([rss]))).toMatchObject({ type: 'waiting', reason: 'SignOnNotReady' });
  });

  test('opens with sign-on, but for open paths', async () => {
    const context = cluster([rss, working]);
    expect(await reconcile(context)).toMatchObject({ type: 'ready', status: { signOn } });
    expect(middlewares(context)).toEqual([asked, unasked]);
  });

  test('stays open without, where it was, until the gateway can ask; and says so', async () => {
    const context = await after([route('rss')]);
    await context.act.patch(Route, key, { spec: { signOn } });
    const outcome = await reconcile(context);
    expect(outcome).toMatchObject({
      type: 'ready',
      conditions: [{ type: 'Guarded', status: 'False', reason: 'SignOnNotReady' }, { type: 'Reachable' }],
    });
    expect(outcome).not.toHaveProperty('status.signOn');
    expect(middlewares(context)).toEqual([unasked]);
  });

  test('goes on asking when its SSOClient goes', async () => {
    const context = await after([rss, working]);
    await context.act.delete(SSOClient, working.metadata);
    const outcome = await reconcile(context);
    expect(outcome).toMatchObject({ type: 'ready' });
    expect(outcome).not.toHaveProperty('status.signOn');
    expect(middlewares(context)).toEqual([asked, unasked]);
  });

  test('opens when nobody wants it guarded any more', async () => {
    const context = await after([rss, working]);
    await context.act.patch(Route, key, { spec: { signOn: null } });
    expect(await reconcile(context)).toMatchObject({ type: 'ready', status: { signOn: null } });
    expect(middlewares(context)).toEqual([unasked]);
  });

  test('is let out of the home network where it is private, and not before', async () => {
    const secluded = route('rss', { spec: { signOn, exposure: 'private' } });
    const open = cluster([secluded, working]);
    await reconcile(open);
    expect(middlewares(open)?.[0]).toEqual(['rss-headers', 'rss-sso-sign-on']);
  });
});

describe('a Route to an app that asks for sign-on itself', () => {
  const secluded = route('rss', { spec: { signOn, exposure: 'private' } });

  test('is open from the first, within the home network until it is so', async () => {
    const context = cluster([secluded, client({ strategy: 'oidc' })]);
    expect(await reconcile(context)).toMatchObject({
      type: 'ready',
      status: { signOn: null },
      conditions: [{ type: 'Guarded', reason: 'SignOnNotReady' }, { type: 'Reachable' }],
    });
    expect(middlewares(context)).toEqual([unasked]);
  });

  test('is open to the outside once people sign in', async () => {
    const context = cluster([secluded, client({ strategy: 'oidc' }, { clientId: 'home-rss-sso' })]);
    expect(await reconcile(context)).toMatchObject({ status: { signOn } });
    expect(middlewares(context)).toEqual([['rss-headers']]);
  });
});

describe('a Route to an App that asks for sign-on itself', () => {
  const bound = { name: 'sso', kind: 'SSOClient', state: 'Bound', hash: 'new' };
  const appOf = (binding: object, status = 'True', reason = 'Reconciled'): Resource => ({
    apiVersion: App.apiVersion,
    kind: App.kind,
    metadata: { namespace: 'home', name: 'rss', uid: 'app' },
    ...{
      spec: { definition: 'miniflux' },
      status: { bindings: [binding], conditions: [{ type: 'Ready', status, reason }] },
    },
  });
  const owned = route('rss', { spec: { signOn, exposure: 'private' }, owner: appOf(bound) });
  const made = client({ strategy: 'oidc' }, { clientId: 'home-rss-sso', bindingHash: 'new' });
  const outside = [['rss-headers']];

  test.each<[string, Resource, string[][]]>([
    ['does not run on it', appOf({ ...bound, state: 'Unbound', hash: undefined }), [unasked]],
    ['still runs on another', appOf({ ...bound, hash: 'old' }), [unasked]],
    ['is on its way to it', appOf({ ...bound, rewiring: {} }), [unasked]],
    ['has not come up with it', appOf(bound, 'False', 'Starting'), [unasked]],
    ['runs on it', appOf(bound), outside],
    [
      'runs on it, and waits for this Route to be reached',
      appOf(bound, 'False', 'AddressUnreachable'),
      outside,
    ],
  ])('is as far open as it may be where that %s', async (_, app, expected) => {
    const context = cluster([owned, made, app]);
    expect(await reconcile(context)).toMatchObject({ type: 'ready' });
    expect(middlewares(context)).toEqual(expected);
  });

  test('says whom it waits for', async () => {
    expect(await reconcile(cluster([owned, made, appOf(bound, 'False', 'Starting')]))).toMatchObject({
      status: { signOn: null },
      conditions: [
        {
          type: 'Guarded',
          reason: 'SignOnNotReady',
          message: expect.stringContaining(
            'App home/rss doesn’t ask people to sign in by SSOClient rss-sso yet.',
          ),
        },
        { type: 'Reachable' },
      ],
    });
  });

  test('stays open while that restarts with another secret', async () => {
    const context = await after([owned, made, appOf(bound)]);
    await context.act.apply(appOf({ ...bound, hash: 'old' }, 'False', 'Starting'));
    expect(await reconcile(context)).toMatchObject({ status: { signOn: { ...signOn, by: 'app' } } });
    expect(middlewares(context)).toEqual(outside);
  });

  test('goes on asking at the gateway until that does, where the gateway asked before', async () => {
    const byGateway = client({}, { clientId: 'home-rss-sso', middleware: 'rss-sso-sign-on' });
    const context = await after([owned, byGateway, appOf({ ...bound, hash: 'old' })]);
    await context.act.apply(made as Resource);
    expect(await reconcile(context)).not.toHaveProperty('status.signOn');
    expect(middlewares(context)).toEqual([['rss-headers', 'rss-sso-sign-on']]);
    await context.act.apply(appOf(bound));
    expect(await reconcile(context)).toMatchObject({ status: { signOn: { ...signOn, by: 'app' } } });
    expect(middlewares(context)).toEqual(outside);
  });

  test('is woken by it', () => {
    const context = cluster([owned, made, appOf(bound)]);
    const wakes = routeController.watches?.filter(({ kind }) => kind.kind === App.kind) ?? [];
    const [before, later] = [appOf({ ...bound, rewiring: {} }), appOf(bound)];
    const rules = wakes.filter((rule) => rule.keys(later, context.read).length > 0);
    expect(rules).toHaveLength(1);
    expect(rules[0]?.aspect?.(before)).not.toEqual(rules[0]?.aspect?.(later));
  });
});

describe('an SSOClient that can’t guard a Route', () => {
  test.each([
    ['another Route’s', { route: 'news' }, 'SignOnElsewhere'],
    ['one for the app’s own form', { strategy: 'ldap' }, 'SignOnUnsuitable'],
  ])('%s', async (_, spec, reason) => {
    expect(await reconcile(cluster([rss, client(spec)]))).toMatchObject({ name: 'Stalled', reason });
  });

  test('wakes the Routes that name it when it changes', () => {
    const context = cluster([rss, route('news'), working]);
    const wakes = routeController.watches?.find(({ kind }) => kind.kind === SSOClient.kind);
    expect(wakes?.keys(working, context.read)).toEqual<Key[]>([key]);
  });
});
