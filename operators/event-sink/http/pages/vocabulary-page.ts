import { kinds } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { type Property, properties } from '../../vocabulary/properties.ts';
import { classes, edges } from '../../vocabulary/terms.ts';
import { document } from './document.ts';
import type { Pages } from './views.ts';

const classTerms: readonly (readonly [string, string])[] = [
  ...Object.entries(classes),
  ...kinds.map(({ kind, description }) => [kind, description] as const),
];

/** What the terms of the graph mean. Each is at its own address, which is that of the page and its name. */
export const vocabulary: Pages['vocabulary'] = (frame, { base }) => {
  const all = properties();
  return document(frame, {
    title: 'Terms',
    width: 'wide',
    body: html`<h1>The terms of the graph</h1>
<p class="lead">What there is to ask about, and what it means. The address of a term is <code>${base}-/vocabulary#</code> and its name; machines get the same as Turtle or JSON-LD.</p>
${section('Kinds', 'What a resource can be.', classTerms)}
${section('How resources belong together', 'From one resource to another.', Object.entries(edges))}
<section aria-labelledby="properties"><h2 id="properties">What is said of them</h2><p class="hint">Of a resource, of its parts, and of changes.</p><dl class="terms">${all.filter(({ isEdge }) => !isEdge).map(property)}</dl></section>
<footer class="forms"><p>The same as <a href="/-/vocabulary?form=turtle">Turtle</a>, <a href="/-/vocabulary?form=json-ld">JSON-LD</a>, <a href="/-/vocabulary?form=n-triples">N-Triples</a>.</p></footer>`,
  });
};

function section(title: string, text: string, terms: readonly (readonly [string, string])[]): Html {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return html`<section aria-labelledby="${id}-terms"><h2 id="${id}-terms">${title}</h2><p class="hint">${text}</p><dl class="terms">${terms.map(([name, comment]) => entry(name, [comment]))}</dl></section>`;
}

const property = ({ name, comments, kinds: of, ranges }: Property): Html =>
  entry(name, comments.size > 0 ? [...comments] : ['See the kind.'], [...of], [...ranges]);

/** How many kinds a term is said to be of before it is said to be of many. */
const MANY = 6;

function entry(
  name: string,
  comments: readonly string[],
  of: readonly string[] = [],
  ranges: readonly string[] = [],
): Html {
  const where = of.length === 0 ? undefined : of.length > MANY ? 'of most kinds' : `of ${of.join(', ')}`;
  const what = [ranges.join(' or '), where].filter((text) => text !== undefined && text !== '').join(' · ');
  return html`<div id="${name}"><dt><code>${name}</code>${what !== '' && html`<span class="soft">${what}</span>`}</dt>${comments.map((comment) => html`<dd>${comment}</dd>`)}</div>`;
}
