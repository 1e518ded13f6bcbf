import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeBrowser } from '../testing/browser.ts';
import { ISSUER, startHome, type TestHome } from '../testing/home.ts';

let home: TestHome;
let mila: FakeBrowser;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' });
  await home.client({});
  mila = await home.member('mila');
});
afterAll(() => home?.stop());

describe('a change', () => {
  it.each([
    ['an app of the home', { origin: 'https://rss.hearth.test', 'sec-fetch-site': 'same-site' }],
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a page without an origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a browser that lies about the site', { origin: 'https://evil.example' }],
    ['an old browser on another site', { origin: 'https://evil.example', 'sec-fetch-site': '' }],
    ['a link', { origin: '', 'sec-fetch-site': 'none' }],
  ])('is refused when it comes from %s', async (_where, headers) => {
    for (const path of [
      '/sign-out',
      '/sign-out/everywhere',
      '/app-passwords',
      '/recovery-codes',
      '/devices/link',
      '/recover',
    ]) {
      expect((await mila.request(path, { form: { name: 'x' }, headers })).status).toBe(403);
    }
    for (const path of ['/sign-in/options', '/sign-in/verify', '/enrol/verify', '/devices/verify']) {
      expect((await mila.request(path, { json: {}, headers })).status).toBe(403);
    }
    expect((await mila.request('/')).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each([
    ['/', 200],
    ['/sign-in', 303],
    ['/devices', 200],
    ['/nothing-here', 404],
    ['/oidc/auth', 400],
    ['/oidc/nothing', 404],
    ['/.well-known/openid-configuration', 200],
    ['/enrol', 410],
  ])('to %s carries the security headers', async (path, status) => {
    const { headers, ...answer } = await mila.request(path);
    expect(answer.status).toBe(status);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('with a page holds no script and no style of its own', async () => {
    for (const path of [
      '/',
      '/devices',
      '/sessions',
      '/app-passwords',
      '/activity',
      '/recover',
      '/nothing-here',
    ]) {
      const { text } = await mila.request(path);
      expect(text).toMatch(/^<!doctype html>/i);
      expect(text).not.toMatch(
        /<script(?![^>]*\bsrc="\/assets\/)|<style|\sstyle=|\son[a-z]+=|https?:\/\/(?!rss\.hearth\.test|identity\.hearth\.test)/i,
      );
    }
  });
});

describe('addresses', () => {
  it('come from the gateway, and only from there', async () => {
    const entries = async () =>
      ((await (await home.admin('GET', '/admin/v1/audit')).json()) as { entries: { address?: string }[] })
        .entries;
    await mila.request('/sign-out', { form: {} });
    await mila.request('/recover', {
      form: { name: 'mila', code: 'x' },
      headers: { 'x-forwarded-for': '203.0.113.9, 192.168.1.44' },
    });
    expect((await entries()).at(-1)?.address).toBe('192.168.1.44');
  });

  it('in answers are the issuer’s, whatever host was asked', async () => {
    const answer = await mila.request('/.well-known/openid-configuration', {
      headers: { 'x-forwarded-host': 'evil.example', host: 'evil.example' },
    });
    expect(answer.text).not.toContain('evil');
    expect(answer.json()).toMatchObject({ issuer: ISSUER, token_endpoint: `${ISSUER}/oidc/token` });
  });
});
