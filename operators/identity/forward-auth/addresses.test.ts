import { describe, expect, it } from 'vitest';
import { destination, hostOf, wantedAddress } from './addresses.ts';
import { readForwarded } from './forwarded.ts';

const rss = { url: 'https://rss.hearth.test:8443/' };

describe('where somebody goes on', () => {
  it.each([
    'https://rss.hearth.test:8443/',
    'https://rss.hearth.test:8443/unread?a=%20b&c',
    'https://rss.hearth.test:8443//evil.test/',
  ])('may be %s', (address) => {
    expect(destination(rss, address)).toBe(address);
  });

  it.each([
    'https://evil.test/',
    'https://rss.hearth.test/',
    'https://rss.hearth.test.evil.test:8443/',
    'https://rss.hearth.test:8443@evil.test/',
    'http://rss.hearth.test:8443/',
    'javascript:alert(1)',
    '//evil.test/',
    '/unread',
    '',
    'https://rss.hearth.test:8443/.hearth/callback?code=x',
    'https://rss.hearth.test:8443/.hearth/sign-out',
    `https://rss.hearth.test:8443/${'a'.repeat(2048)}`,
    undefined,
  ])('is the app’s beginning instead of %s', (address) => {
    expect(destination(rss, address)).toBe(rss.url);
  });

  it('names nobody on the way', () => {
    expect(destination(rss, 'https://mila:secret@rss.hearth.test:8443/x#part')).toBe(
      'https://rss.hearth.test:8443/x',
    );
  });
});

describe('what somebody wanted', () => {
  const asked = (uri: string, method = 'GET') =>
    wantedAddress(
      rss,
      readForwarded(
        { 'x-forwarded-host': hostOf(rss), 'x-forwarded-uri': uri, 'x-forwarded-method': method },
        '192.0.2.7',
      ),
    );

  it('is the page, as it was asked for', () => {
    expect(asked('/feeds/1?page=2&q=%C3%A4')).toBe('https://rss.hearth.test:8443/feeds/1?page=2&q=%C3%A4');
  });

  it('can’t be sent again where something was sent with it', () => {
    expect(asked('/feeds/1', 'POST')).toBe(rss.url);
  });

  it.each(['@evil.test/', '.evil.test/', ':1/'])('is nobody else’s for %s', (uri) => {
    expect(asked(uri)).toBe(rss.url);
  });
});
