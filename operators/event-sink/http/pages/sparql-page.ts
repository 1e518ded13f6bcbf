import { type Html, html } from '@hearth/pages';
import { answerTable } from './answer-table.ts';
import { document } from './document.ts';
import { examples } from './examples.ts';
import type { Pages, SparqlView } from './views.ts';

/** A form for questions to the graph, and what it answers. */
export const sparql: Pages['sparql'] = (frame, view) => {
  const [first] = examples;
  const query = view.query === '' ? (first?.query ?? '') : view.query;
  return document(frame, {
    title: 'Questions',
    width: 'wide',
    body: html`<h1>Ask the graph</h1>
<p class="lead">Everything that you may see is one graph: each resource at its own address, joined to those that it belongs to. Questions are in <a href="https://www.w3.org/TR/sparql11-query/">SPARQL</a>; the <a href="/-/vocabulary">terms</a> say what there is to ask about.</p>
<form class="card ask" method="get" action="/-/sparql">
<label for="query">Question</label>
<textarea id="query" name="query" rows="${rowsFor(query)}" spellcheck="false" autocapitalize="off" autocomplete="off" required>${query}</textarea>
<p class="actions"><button class="primary" type="submit">Ask</button></p>
</form>
${view.problem !== undefined && html`<div role="alert" class="problem"><p>${view.problem}</p></div>`}
${answer(view)}
<section aria-labelledby="examples"><h2 id="examples">Examples</h2><ul class="tiles">${examples.map(example)}</ul></section>`,
  });
};

const rowsFor = (query: string): number => Math.min(Math.max(query.split('\n').length + 1, 8), 24);

const example = ({ title, query }: (typeof examples)[number]): Html =>
  html`<li><a href="/-/sparql?query=${encodeURIComponent(query)}"><span class="tile-name">${title}</span></a></li>`;

function answer({ answer: given, base }: SparqlView): Html | undefined {
  if (given === undefined) return undefined;
  return html`<section aria-labelledby="answer"><h2 id="answer">Answer</h2>${answerTable(given, base)}<p class="hint">As of <a href="/-/events">event ${given.seq}</a>; at most ${given.limit.toLocaleString('en')} rows.</p></section>`;
}
