import { describe, expect, it } from 'vitest';
import { embedded, href, html, markupOf, trusted } from './html.ts';

describe('a template', () => {
  it('escapes what is put in, in text and in attributes', () => {
    const evil = `"><script>alert('x')</script>&`;
    expect(markupOf(html`<a title="${evil}">${evil}</a>`)).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</a>',
    );
  });

  it('takes markup, numbers, lists and nothing', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(markupOf(html`<ul>${items}${false}${undefined}${7}</ul>`)).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>7</ul>',
    );
  });

  it('takes markup from nobody who only says that it is', () => {
    const forged = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>"}');
    expect(markupOf(html`${forged}`)).not.toContain('<script>');
    expect(markupOf(trusted('<i></i>'))).toBe('<i></i>');
  });

  it('leaves backslashes as they are', () => {
    expect(markupOf(html`<p>${'\\d'}</p>`)).toBe('<p>\\d</p>');
  });
});

describe('a link', () => {
  it.each(['/', '/devices?notice=x', 'https://rss.hearth.test/'])('leads to %s', (url) => {
    expect(href(url)).toBe(url);
  });

  it.each([
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    'http://rss.hearth.test/',
    'devices',
  ])('leads home instead of to %j', (url) => {
    expect(href(url)).toBe('/');
  });
});

describe('a picture', () => {
  it('is in the page, or is not shown', () => {
    expect(embedded('data:image/png;base64,AA')).toBe('data:image/png;base64,AA');
    expect(embedded('https://evil.test/pixel.png')).toBeUndefined();
    expect(embedded('data:text/html,x')).toBeUndefined();
  });
});
