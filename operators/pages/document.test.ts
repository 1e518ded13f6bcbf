import { describe, expect, it } from 'vitest';
import { banner, navigation, signOut } from './banner.ts';
import { documentOf } from './document.ts';
import { html, markupOf } from './html.ts';

const assets = { under: '/files', release: 'r1', files: [] };

describe('a document', () => {
  const main = html`<h1>Here</h1>`;
  const shown = documentOf({
    title: 'A & B',
    width: 'narrow',
    assets,
    banner: banner({ leadsHome: false }),
    main,
  });

  it('names itself, and what it loads', () => {
    expect(shown).toContain('<title>A &amp; B · Hearth</title>');
    expect(shown).toContain('<link rel="stylesheet" href="/files/r1/style.css">');
    expect(shown).toContain('<body class="narrow">');
  });

  it('lets a keyboard skip what stands before its main part', () => {
    expect(shown).toMatch(/<body[^>]*>\s*<a class="skip" href="#main">/);
    expect(shown).toMatch(/<main id="main" tabindex="-1">\s*<h1>Here<\/h1>/);
  });
});

describe('a banner', () => {
  it('leads nowhere for who has not come in yet', () => {
    expect(markupOf(banner({ leadsHome: false }))).not.toMatch(/<a |<nav|<form/);
    expect(markupOf(banner({ leadsHome: true }))).toContain('<a class="brand" href="/">');
  });

  it('marks the page that is open, and no other', () => {
    const entries = ['a', 'b'].map((id) => ({ id, path: `/${id}`, label: id, icon: html`` }));
    expect(markupOf(navigation(entries, 'b')).match(/<a [^>]*aria-current="page">/g)).toEqual([
      '<a href="/b" aria-current="page">',
    ]);
    expect(markupOf(navigation(entries, undefined))).not.toContain('aria-current');
  });

  it('lets a person out', () => {
    const form = markupOf(signOut('/out', '<Mila>'));
    expect(form).toContain('<form class="person" method="post" action="/out">');
    expect(form).toContain('<span class="person-name">&lt;Mila&gt;</span>');
    expect(markupOf(signOut('/out', undefined))).not.toContain('person-name');
  });
});
