import { Secret } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { providers, urlOf } from './testing/cluster.ts';
import { id, minute, twoIdentities } from './testing/two-identities.ts';

const on = twoIdentities();

describe('rotation', () => {
  const rotate = () => on.reconcile({ rotation: 'r1' });

  it('lets both secrets in until the App has run on the new one for a while', async () => {
    await on.reconcile();
    await on.cluster.settle();
    const old = on.shown();

    expect(await rotate()).toMatchObject({ type: 'ready', status: { rotation: 'r1' } });
    const fresh = on.shown();
    expect(fresh).not.toBe(old);
    expect(on.secretsAt(on.identity)).toEqual([fresh, old]);

    // Not because of time alone.
    on.cluster.advance(10 * minute);
    const outcome = await rotate();
    expect(on.secretsAt(on.identity)).toEqual([fresh, old]);
    expect(outcome).toMatchObject({
      conditions: [
        {
          type: 'Changing',
          status: 'True',
          reason: 'OldInUse',
          message: expect.stringContaining('App home/rss'),
        },
      ],
      after: 30_000,
    });

    await on.cluster.settle();
    await rotate();
    expect(on.secretsAt(on.identity)).toEqual([fresh, old]);

    on.cluster.advance(minute);
    expect(await rotate()).toMatchObject({ type: 'ready', conditions: [], after: 600_000 });
    expect([on.shown(), on.secretsAt(on.identity)]).toEqual([fresh, [fresh]]);
    expect(on.cluster.events().map((event) => event.split(':')[0])).toEqual([
      'Created',
      'Rotating',
      'Rotated',
    ]);
  });

  it('keeps the old one while what the pods are given holds it', async () => {
    await on.reconcile();
    const old = on.shown();
    await rotate();
    const key = { namespace: 'home', name: 'rss-env' };
    const data = { 'app.SECRET': Buffer.from(`x=${old}`).toString('base64') };
    await on.cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata: key, ...{ data } });
    await on.cluster.settle();
    on.cluster.advance(minute);
    await rotate();
    expect(on.secretsAt(on.identity)).toHaveLength(2);
    await on.cluster.remove(Secret, key);
    await rotate();
    expect(on.secretsAt(on.identity)).toHaveLength(1);
  });

  it('waits with a third one, and then makes it', async () => {
    await on.reconcile();
    await on.cluster.settle();
    await rotate();
    const second = on.shown();
    const outcome = await on.reconcile({ rotation: 'r2' });
    expect([on.shown(), outcome.conditions?.[0]?.message]).toEqual([
      second,
      expect.stringContaining('Rotation r2 comes after that'),
    ]);
    await on.cluster.settle();
    on.cluster.advance(minute);
    await on.reconcile({ rotation: 'r2' });
    expect(on.secretsAt(on.identity)).toEqual([on.shown(), second]);
  });

  it('shows no consumer a secret that the provider has not taken', async () => {
    await on.reconcile();
    const old = on.shown();
    on.identity.before = (method) => (method === 'PUT' ? 503 : undefined);
    expect(await rotate()).toMatchObject({ type: 'waiting' });
    expect(on.shown()).toBe(old);
    on.identity.before = () => undefined;
    await rotate();
    expect(on.secretsAt(on.identity)).toEqual([on.shown(), old]);
  });
});

describe('another provider', () => {
  const elsewhere = { providerRef: { namespace: providers, name: 'other' } };

  it('gets a client beside the old one, which goes when the App runs on the new one', async () => {
    await on.reconcile();
    await on.cluster.settle();
    const old = on.shown();
    expect(await on.reconcile(elsewhere)).toMatchObject({
      type: 'ready',
      status: { provider: { name: 'other' }, leaving: [{ namespace: providers, name: 'identity' }] },
      conditions: [
        { type: 'Changing', message: expect.stringContaining(`"${id}" in App ${providers}/identity`) },
      ],
    });
    expect(on.cluster.binding()).toMatchObject({ issuer: urlOf('other'), provider: 'other' });
    expect([on.secretsAt(on.identity), on.secretsAt(on.other)]).toEqual([[old], [on.shown()]]);
    await on.cluster.settle();
    on.cluster.advance(minute);
    expect(await on.reconcile(elsewhere)).toMatchObject({ status: { leaving: null } });
    expect([on.secretsAt(on.identity), on.secretsAt(on.other)]).toEqual([undefined, [on.shown()]]);
    expect(on.cluster.events().at(-1)).toBe(`Removed: Removed client "${id}" in App ${providers}/identity.`);
  });

  it('leaves the App where it is until it works', async () => {
    await on.reconcile();
    const before = on.cluster.binding();
    on.other.before = () => 503;
    expect(await on.reconcile(elsewhere)).toMatchObject({ type: 'waiting' });
    const { ledger: _, ...told } = on.cluster.binding() ?? {};
    expect(before).toMatchObject(told);
    expect(on.secretsAt(on.identity)).toEqual([on.shown()]);
  });

  it('can be left again before the App has followed', async () => {
    await on.reconcile();
    await on.cluster.settle();
    const old = on.shown();
    await on.reconcile(elsewhere);
    await on.reconcile();
    expect(on.secretsAt(on.identity)).toEqual([on.shown(), old]);
    await on.cluster.settle();
    on.cluster.advance(minute);
    await on.reconcile();
    expect([on.secretsAt(on.identity), on.other.clients.size]).toEqual([[on.shown()], 0]);
  });

  it('works though the old one never answers again, which is said, and can be forgotten', async () => {
    await on.reconcile();
    on.identity.before = () => 'hang up';
    await on.reconcile(elsewhere);
    await on.cluster.settle();
    on.cluster.advance(minute);
    expect(await on.reconcile(elsewhere)).toMatchObject({
      type: 'ready',
      conditions: [
        { type: 'Changing', reason: 'CannotRemove', message: expect.stringContaining('forget=true') },
      ],
    });
    const outcome = await on.reconcile(elsewhere, { 'apps.hearth.dev/forget': 'true' });
    expect(outcome).toMatchObject({ type: 'ready', conditions: [] });
    expect(on.cluster.events().at(-1)).toMatch(
      /^Forgotten: .*"home-rss-sso" in App hearth-providers\/identity/,
    );
  });
});
