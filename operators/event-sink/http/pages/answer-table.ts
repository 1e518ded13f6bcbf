import { type Html, html } from '@hearth/pages';
import { z } from 'zod';
import { addressIn } from '../address.ts';
import { count, time } from './parts.ts';
import type { SparqlView } from './views.ts';

/** A term in SPARQL 1.1 Query Results JSON. */
const term = z.object({
  type: z.string(),
  value: z.string(),
  datatype: z.string().optional(),
  'xml:lang': z.string().optional(),
});
type Term = z.infer<typeof term>;

const results = z.union([
  z.object({ boolean: z.boolean() }),
  z.object({
    head: z.object({ vars: z.array(z.string()) }),
    results: z.object({ bindings: z.array(z.record(z.string(), term)) }),
  }),
]);

/** What the graph answered: a table, yes or no, or statements. */
export function answerTable({ contentType, body }: NonNullable<SparqlView['answer']>, base: string): Html {
  if (!contentType.startsWith('application/sparql-results+json'))
    return html`<pre class="statements" role="region" aria-label="Statements" tabindex="0"><code>${body}</code></pre>`;
  const parsed = results.parse(JSON.parse(body));
  if ('boolean' in parsed) return html`<p class="verdict">${parsed.boolean ? 'Yes.' : 'No.'}</p>`;
  const { vars } = parsed.head;
  const { bindings } = parsed.results;
  if (bindings.length === 0) return html`<p class="empty">Nothing that you may see answers to this.</p>`;
  return html`<p class="hint">${count(bindings.length, 'row')}</p><div class="scroll" role="region" aria-label="Rows" tabindex="0"><table><thead><tr>${vars.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${bindings.map((row) => html`<tr>${vars.map((name) => html`<td>${cell(row[name], base)}</td>`)}</tr>`)}</tbody></table></div>`;
}

function cell(of: Term | undefined, base: string): Html | undefined {
  if (of === undefined) return undefined;
  if (of.type === 'uri') return address(of.value, base);
  if (of.datatype?.endsWith('#dateTime') === true) return time(of.value);
  return of.type === 'bnode' ? html`<span class="soft">_:${of.value}</span>` : html`${of.value}`;
}

/** What is of the home is called without the home’s name, and leads to where it is served; nothing else leads anywhere. */
function address(iri: string, base: string): Html {
  if (!iri.startsWith(base)) return html`<span class="iri">${iri}</span>`;
  const path = iri.slice(base.length);
  const name = path.replace(/^-\/vocabulary#/, '');
  return isServed(path)
    ? html`<a class="iri" href="/${path}">${name}</a>`
    : html`<span class="iri">${name}</span>`;
}

const isServed = (path: string): boolean =>
  /^-\/(events(\/\d+)?|vocabulary(#.*)?)$/.test(path) || addressIn(path) !== undefined;
