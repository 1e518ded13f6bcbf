import { App, Home } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { anSsoClient, aRoute, providers } from './testing/cluster.ts';
import { id, mark, twoIdentities } from './testing/two-identities.ts';

const on = twoIdentities();

describe('healing', () => {
  it('sets a new secret where the Secret is gone', async () => {
    await on.reconcile();
    const old = on.shown();
    await on.cluster.remove(Secret, { namespace: 'home', name: 'rss-sso-binding' });
    expect(await on.reconcile()).toMatchObject({ type: 'ready' });
    expect(on.shown()).not.toBe(old);
    expect(on.secretsAt(on.identity)).toEqual([on.shown()]);
  });

  it('makes the client again, with its own secret, where it is gone', async () => {
    await on.reconcile();
    const old = on.shown();
    on.identity.clients.clear();
    await on.reconcile();
    expect([on.shown(), on.secretsAt(on.identity)]).toEqual([old, [old]]);
    expect(on.cluster.events().at(-1)).toMatch(/^Recreated: /);
  });

  it('sets its own secret again where the client has another', async () => {
    await on.reconcile();
    const client = on.identity.clients.get(id);
    if (client)
      on.identity.clients.set(id, { ...client, secrets: [{ id: 'x', value: 'somebody-else’s-idea' }] });
    await on.reconcile();
    expect(on.secretsAt(on.identity)).toEqual([on.shown()]);
    expect(on.cluster.events().at(-1)).toMatch(/^Healed: /);
  });

  it.each([
    ['redirect URIs', { redirectUris: ['https://evil.example/x'] }],
    ['groups', { groups: [] }],
    ['title', { title: 'Another' }],
    ['proof', { pkce: 'optional' as const }],
    ['sign-out', { signOutUri: 'https://evil.example/x' }],
  ])('sets its %s right', async (_, drift) => {
    const spec = { access: { groups: ['family'] } };
    await on.reconcile(spec);
    const before = on.identity.clients.get(id);
    if (before) on.identity.clients.set(id, { ...before, ...drift });
    await on.reconcile(spec);
    expect(on.identity.clients.get(id)).toEqual(before);
    expect(on.cluster.events().at(-1)).toMatch(/^Updated: Set the client .* right: /);
  });

  it('follows the Route to another address', async () => {
    await on.reconcile();
    await on.cluster.put(aRoute('https://news.hearth.home.arpa'));
    await on.reconcile();
    expect(on.identity.clients.get(id)).toMatchObject({
      url: 'https://news.hearth.home.arpa',
      redirectUris: ['https://news.hearth.home.arpa/oauth2/callback'],
    });
  });

  it('moves the binding to another Secret without another secret', async () => {
    await on.reconcile();
    const old = on.shown();
    await on.reconcile({ secretName: 'elsewhere' });
    await on.reconcile({ secretName: 'elsewhere' });
    expect(on.cluster.secret('home', 'elsewhere')?.clientSecret).toBe(old);
    expect(on.cluster.binding()).toBeUndefined();
    expect(on.secretsAt(on.identity)).toEqual([old]);
  });
});

describe('a client of somebody else', () => {
  beforeEach(async () => {
    await on.reconcile();
    const client = on.identity.clients.get(id);
    if (client) on.identity.clients.set(id, { ...client, mark: { ...mark, namespace: 'kids' } });
  });

  it('is left alone, and that is said', async () => {
    const before = on.identity.clients.get(id);
    expect(await on.reconcile({ title: 'Mine' })).toMatchObject({
      type: 'stalled',
      reason: 'ClientTaken',
      message: expect.stringContaining('belongs to SSOClient kids/rss-sso'),
    });
    expect(on.identity.clients.get(id)).toBe(before);
  });

  it('is not removed with the SSOClient', async () => {
    expect(await on.cluster.finalize(on.controller, anSsoClient())).toMatchObject({ type: 'ready' });
    expect(on.identity.clients.has(id)).toBe(true);
  });
});

describe('deletion', () => {
  const remove = (annotations = {}) =>
    on.cluster.finalize(on.controller, anSsoClient('rss-sso', {}, annotations));

  it('removes the client', async () => {
    await on.reconcile();
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(on.identity.clients.size).toBe(0);
    await expect(remove()).resolves.toMatchObject({ type: 'ready' });
  });

  it('removes it where the client is, wherever the spec would have it', async () => {
    await on.reconcile();
    await on.reconcile({ providerRef: { namespace: providers, name: 'other' } });
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect([on.identity.clients.size, on.other.clients.size]).toEqual([0, 0]);
  });

  it('removes it though the Home went first, and the Secret', async () => {
    await on.reconcile();
    await on.cluster.remove(Home, { name: 'home' });
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(on.identity.clients.size).toBe(0);
  });

  it('holds nothing back that was never made', async () => {
    on.identity.before = () => 'hang up';
    await on.reconcile();
    expect(await remove()).toMatchObject({ type: 'ready' });
  });

  it('waits for a provider that is away, and says how to let it go', async () => {
    await on.reconcile();
    await on.cluster.remove(App, { namespace: providers, name: 'identity' });
    const outcome = await remove();
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'ProviderAway' });
    expect(outcome.message).toContain(
      'kubectl annotate ssoclient rss-sso -n home apps.hearth.dev/forget=true',
    );
    expect(await remove({ 'apps.hearth.dev/forget': 'true' })).toMatchObject({ type: 'ready' });
    expect(on.cluster.events().at(-1)).toMatch(/^Forgotten: /);
  });

  it('does as it should where the provider is there, though it may forget', async () => {
    await on.reconcile();
    await remove({ 'apps.hearth.dev/forget': 'true' });
    expect(on.identity.asked.filter((line) => !line.startsWith('GET')).at(-1)).toBe(
      `DELETE /admin/v1/clients/${id}`,
    );
  });
});
