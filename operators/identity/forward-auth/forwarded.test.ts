import { describe, expect, it } from 'vitest';
import { readForwarded } from './forwarded.ts';

const of = (headers: Record<string, string>) => readForwarded(headers, '192.0.2.7');

describe('what the gateway says', () => {
  it('is taken apart, the query as it was written', () => {
    const headers = {
      'x-forwarded-host': 'RSS.hearth.test',
      'x-forwarded-uri': '/a%20b?c=%20&d',
      'x-forwarded-method': 'POST',
    };
    expect(of(headers)).toMatchObject({
      method: 'POST',
      host: 'rss.hearth.test',
      path: '/a%20b',
      search: '?c=%20&d',
    });
  });

  it.each([
    ['rss.hearth.test:443', 'rss.hearth.test'],
    ['rss.hearth.test:8443', 'rss.hearth.test:8443'],
    ['', ''],
    ['two hosts', ''],
  ])('names the host %j as %j', (given, host) => {
    expect(of({ 'x-forwarded-host': given }).host).toBe(host);
  });
});

describe('who asks', () => {
  const page = { accept: 'text/html,application/xhtml+xml' };
  it.each([
    ['a page', { ...page, 'sec-fetch-mode': 'navigate' }, true],
    ['a page of an old browser', page, true],
    ['a script', { accept: '*/*', 'sec-fetch-mode': 'cors' }, false],
    ['a script that takes pages', { ...page, 'sec-fetch-mode': 'same-origin' }, false],
    ['a script of an old browser', { ...page, 'x-requested-with': 'XMLHttpRequest' }, false],
    ['a WebSocket', { 'sec-fetch-mode': 'websocket' }, false],
    ['a WebSocket of an old browser', { ...page, 'sec-websocket-key': 'x' }, false],
    ['a WebSocket whose gateway says so', { ...page, upgrade: 'websocket' }, false],
    ['a picture', { accept: 'image/*', 'sec-fetch-mode': 'no-cors' }, false],
    ['a program', { accept: '*/*' }, false],
    ['a program that says nothing', {}, false],
  ])('%s: a navigation or not', (_who, headers, isNavigation) => {
    expect(of(headers as Record<string, string>).isNavigation).toBe(isNavigation);
  });
});
