import { type Html, html } from '@hearth/pages';
import { document } from './document.ts';
import { count, kindDescription, listPath, pill } from './parts.ts';
import { timeline } from './timeline.ts';
import type { KindCount, Pages } from './views.ts';

/** What there is in the home, and what happened last. */
export const home: Pages['home'] = (frame, { kinds, latest }) =>
  document(frame, {
    title: 'Home',
    width: 'wide',
    body: html`<h1>This home</h1>
<p class="lead">${health(kinds)}</p>
${kinds.length === 0 ? html`<p class="empty">There is nothing here that you may see.</p>` : places(kinds).map(([namespace, those]) => place(namespace, those))}
<section aria-labelledby="latest"><h2 id="latest">What happened last</h2>${timeline({ events: latest, ...(latest.length > 0 && { earlier: '/-/events' }) }, 'many')}</section>`,
  });

/** All of it in a sentence. */
function health(kinds: readonly KindCount[]): string {
  const [all, notReady] = kinds.reduce(
    ([sum, bad], { count: number, notReady: those }) => [sum + number, bad + those],
    [0, 0],
  );
  if (all === 0) return 'What there is in it, and what happened to it.';
  const rest =
    notReady === 0 ? 'none lacks anything' : `${notReady === 1 ? 'one is' : `${notReady} are`} not ready`;
  return `${count(all, 'resource')} that you may see; ${rest}.`;
}

/** By namespace; what is in none comes last. */
const places = (kinds: readonly KindCount[]): [string | undefined, KindCount[]][] =>
  [...Map.groupBy(kinds, ({ namespace }) => namespace)].sort(([one], [other]) =>
    one === undefined ? 1 : other === undefined ? -1 : one.localeCompare(other),
  );

function place(namespace: string | undefined, kinds: readonly KindCount[]): Html {
  const id = `in-${namespace ?? '-'}`;
  const name =
    namespace === undefined ? 'Of the whole home' : html`In <span class="name">${namespace}</span>`;
  const sorted = [...kinds].sort(
    (one, other) => suiteFirst(one) - suiteFirst(other) || one.kind.localeCompare(other.kind),
  );
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2><ul class="tiles">${sorted.map(tile)}</ul></section>`;
}

const suiteFirst = (kind: KindCount): number => (kindDescription(kind) === undefined ? 1 : 0);

function tile(kind: KindCount): Html {
  const { notReady } = kind;
  return html`<li><a href="${listPath(kind)}"><span class="tile-name">${kind.kind}</span><span class="tile-count">${count(kind.count, 'resource')}</span>${notReady > 0 && pill('not-ready', `${notReady} not ready`)}</a></li>`;
}
