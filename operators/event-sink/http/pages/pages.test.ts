import type { SinkEvent, WhyAnswer } from '@hearth/domain';
import { testSoundness, valuesOf } from '@hearth/pages/testing/soundness';
import { describe, expect, it } from 'vitest';
import { assets } from './assets.ts';
import { pages } from './pages.ts';
import { gallery } from './testing/gallery.ts';
import { about, RSS, stateAt } from './testing/home.ts';

const shown = (name: string): string => gallery[name]?.() ?? '';

testSoundness(gallery, assets);

describe.each(Object.entries(gallery))('%s', (_name, show) => {
  it('needs no script', () => {
    expect(show()).not.toMatch(/<script/i);
  });

  it('leads to paths of this host alone, but for the standard of the questions', () => {
    const foreign = valuesOf(show(), 'href').filter((href) => !href.startsWith('/') && !href.startsWith('#'));
    expect(foreign.filter((href) => href !== 'https://www.w3.org/TR/sparql11-query/')).toEqual([]);
  });
});

describe('a resource', () => {
  it('says how it is, why, and what it says of itself', () => {
    const page = shown('resource');
    expect(page).toContain('rss is not ready because its database rss-db is not ready');
    expect(page).toContain('can’t pull its image docker.io/postgres:16');
    expect(page.match(/This is the cause/g)).toHaveLength(1);
    expect(page).toMatch(/<dt>Ready<\/dt><dd>no <span class="soft">\(DatabaseNotReady\)/);
  });

  it('leads to what is around it, by how they belong together', () => {
    expect(shown('resource')).toMatch(
      /<h3>Joined to<\/h3><ul><li><span><span class="soft">database<\/span> <a href="\/home\/databases\.apps\.hearth\.dev\/rss-db">rss-db/,
    );
  });

  it('tells what each event changed, from what to what', () => {
    const page = shown('resource');
    expect(page).toContain(
      '<code>spec.version</code> went from <span class="value">2.2.14</span> to <span class="value">2.2.15</span>',
    );
    expect(page).toContain('<strong>Ready</strong> turned to yes');
    expect(page).toContain('<strong>Reconciling</strong> is said no more');
  });

  it('tells what an event says itself, where the state before is not at hand', () => {
    const page = shown('resource-ready');
    expect(page).toContain('<strong>Ready</strong> turned to no');
    expect(page).toContain('<code>spec.host</code> is now <span class="value">rss</span>');
    expect(page).toContain('<code>spec.settings</code> is gone');
  });

  it('as of an event says so first, and leads to how it is now', () => {
    const page = shown('resource-then');
    expect(page.indexOf('As it was at event 32')).toBeLessThan(page.indexOf('<h1>'));
    expect(page).toContain(`<a class="button secondary" href="/${RSS}">As it is now</a>`);
    expect(page).toContain(`href="/${RSS}?at=32&amp;form=turtle"`);
  });

  it('does not name what the reader may not see', () => {
    const page = shown('resource-hidden');
    expect(page).toContain('Something else');
    expect(page).not.toContain('/hearth-providers/');
  });
});

describe('the answer of the graph', () => {
  it('leads into the home, and nowhere else', () => {
    const page = shown('sparql-table');
    expect(page).toContain(`<a class="iri" href="/${RSS}">${RSS}</a>`);
    expect(page).toContain('<span class="iri">http://www.w3.org/ns/prov#Activity</span>');
  });
});

describe('what others have written', () => {
  const evil = '<img src=x onerror=alert(1)>"\'&';
  const resource = {
    group: evil,
    version: evil,
    kind: evil,
    plural: evil,
    namespace: evil,
    name: evil,
    uid: evil,
  };
  const event: SinkEvent = {
    ...stateAt(RSS),
    resource,
    actor: { name: evil, confidence: 'none' },
    patch: [{ op: 'add', path: `/${evil}`, value: evil }],
    object: {
      metadata: { name: evil },
      spec: { [evil]: evil },
      status: {
        conditions: [{ type: evil, status: evil, reason: evil, message: evil, lastTransitionTime: evil }],
      },
    },
  };
  const why: WhyAnswer = {
    of: evil,
    seq: 1,
    state: 'not-ready',
    sentence: evil,
    steps: [
      { resource: { iri: evil, kind: evil, namespace: evil, name: evil }, state: 'missing', sentence: evil },
    ],
    causes: [0],
    truncated: false,
  };
  const frame = { person: { name: evil }, signIn: evil };
  const history = {
    events: [event, { ...event, seq: 999, object: { ...event.object, spec: { [evil]: 1 } } }],
    earlier: evil,
    later: evil,
  };
  const neighbours = [{ edge: 'owns', direction: 'to', event } as const];
  const term = { type: 'uri', value: `https://h/${evil}` };
  const body = JSON.stringify({
    head: { vars: [evil] },
    results: { bindings: [{ [evil]: term }, { [evil]: { type: 'literal', value: evil } }] },
  });
  const kind = { ...resource, count: 1, notReady: 1 };
  const base = 'https://h/';

  it.each([
    pages.home(frame, { kinds: [kind], latest: [event] }),
    pages.list(frame, { kind: resource, namespace: evil, resources: [event], next: evil }),
    pages.resource(frame, { event, at: 1, why, neighbours, history }),
    pages.gone(frame, { event, history }),
    pages.events(frame, { of: evil, ...history }),
    pages.sparql(frame, {
      query: evil,
      problem: evil,
      base,
      answer: { contentType: 'application/sparql-results+json', body, seq: 1, limit: 1 },
    }),
    pages.sparql(frame, {
      query: evil,
      base,
      answer: { contentType: 'text/turtle', body: evil, seq: 1, limit: 1 },
    }),
    pages.vocabulary(frame, { base: evil }),
    pages.signIn(frame, { to: evil }),
    pages.refusal(frame, { status: 404, title: evil, text: evil, onward: { path: evil, label: evil } }),
  ])('is text, wherever it is shown (%#)', (page) => {
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/="[^"]*<img/);
    // No quote that was written ends an attribute.
    expect(page).not.toContain(`alert(1)>"`);
  });

  it('is told of the rest of a resource', () => {
    expect(about(RSS).why?.steps.length).toBeGreaterThan(2);
  });
});
