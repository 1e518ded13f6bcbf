import { describe, expect, it } from 'vitest';
import { comesFromHere, contentSecurityPolicy, homeOrigins } from './guard.ts';

const issuer = 'https://identity.hearth.test';

describe('a request', () => {
  it.each([
    ['reading', { method: 'GET', origin: 'https://evil.example', site: 'cross-site' }, true],
    ['a form of ours', { method: 'POST', origin: issuer, site: 'same-origin' }, true],
    ['ours, by a browser that says no site', { method: 'POST', origin: issuer }, true],
    ['ours, by a browser that says no origin', { method: 'POST', site: 'same-origin' }, true],
    ['of a neighbour', { method: 'POST', origin: 'https://rss.hearth.test', site: 'same-site' }, false],
    ['of a neighbour that says it is us', { method: 'POST', origin: issuer, site: 'same-site' }, false],
    [
      'of another that says it is here',
      { method: 'POST', origin: 'https://evil.example', site: 'same-origin' },
      false,
    ],
    ['of a page without origin', { method: 'POST', origin: 'null', site: 'cross-site' }, false],
    ['typed by hand', { method: 'POST', site: 'none' }, false],
    ['that says nothing', { method: 'POST' }, false],
    ['of another port', { method: 'DELETE', origin: `${issuer}:8443` }, false],
  ])('%s', (_what, provenance, here) => {
    expect(comesFromHere(provenance, issuer)).toBe(here);
  });
});

describe('the policy of pages', () => {
  it('lets forms lead here, or also to the apps of the home', () => {
    expect(contentSecurityPolicy()).toContain("form-action 'self';");
    expect(contentSecurityPolicy([homeOrigins(issuer)])).toContain(
      "form-action 'self' https://*.hearth.test;",
    );
  });

  it('allows nothing inline', () => {
    expect(contentSecurityPolicy()).not.toContain('unsafe');
    expect(contentSecurityPolicy()).toMatch(/^default-src 'none'/);
  });
});
