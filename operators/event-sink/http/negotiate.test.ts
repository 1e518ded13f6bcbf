import { describe, expect, test } from 'vitest';
import { negotiate, wantsPage } from './negotiate.ts';

const offered = ['application/json', 'text/turtle', 'application/ld+json', 'text/html'] as const;

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('what is answered with', () => {
  test.each([
    ['nothing said', undefined, 'application/json'],
    ['everything', '*/*', 'application/json'],
    ['an empty header', '', 'application/json'],
    ['a header that says nothing', 'what? ever', 'application/json'],
    ['one type', 'text/turtle', 'text/turtle'],
    ['whatever its letters', 'TEXT/Turtle', 'text/turtle'],
    ['a browser', browser, 'text/html'],
    ['the highest quality', 'text/turtle;q=0.5, application/ld+json;q=0.7', 'application/ld+json'],
    ['a quality with spaces', 'text/turtle ; q=0.5 , application/ld+json ; q=0.4', 'text/turtle'],
    ['a quality in capitals', 'text/turtle;Q=0.1,text/html;q=0.2', 'text/html'],
    ['three digits', 'text/turtle;q=0.501, text/html;q=0.5', 'text/turtle'],
    ['of equals the first on offer', 'text/html, text/turtle', 'text/turtle'],
    ['what is named before a wildcard', '*/*, text/html', 'text/html'],
    ['a family', 'text/*', 'text/turtle'],
    ['a family, one of it unwelcome', 'text/*, text/turtle;q=0', 'text/html'],
    ['all but', '*/*, application/json;q=0', 'text/turtle'],
    ['the precise range says more than the wide one', 'text/turtle;q=0.1, text/*;q=0.9', 'text/html'],
    ['parameters that are not told apart', 'text/turtle;charset=utf-8', 'text/turtle'],
    ['a profile with a comma in it', 'application/ld+json;profile="a, b;q=0"', 'application/ld+json'],
    ['what is malformed says nothing', 'text/turtle;q=7, text/html', 'text/html'],
    ['a wildcard for a family alone is none', '*/turtle, text/html', 'text/html'],
    ['nothing that is there', 'image/png', undefined],
    ['nothing at all', '*/*;q=0', undefined],
    ['only what is unwelcome', 'text/turtle;q=0.000', undefined],
  ])('%s', (_, accept, type) => {
    expect(negotiate(accept, offered)).toBe(type);
  });
});

test.each([
  [browser, true],
  ['*/*', false],
  [undefined, false],
  ['application/json, text/html;q=0.9', false],
  ['text/html', true],
])('who says %s wants a page: %s', (accept, wanted) => {
  expect(wantsPage(accept)).toBe(wanted);
});

test('a header costs by its length, and not by its square', () => {
  const began = performance.now();
  // Far more than any server lets in: the square of it would be minutes.
  negotiate('"\\'.repeat(200_000), offered);
  expect(performance.now() - began).toBeLessThan(5_000);
});
