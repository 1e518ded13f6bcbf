import { kindName, relativeIri, type SinkEvent } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { noun } from '../../why/words.ts';
import { changesIn } from './changes.ts';
import { icons } from './icons.ts';
import { pathOf, resourceLink, time } from './parts.ts';
import type { EventsPage } from './views.ts';

/** Events as a story, the newest first; where they are of one resource, it isn’t named again each time. */
export function timeline({ events, earlier, later }: EventsPage, of: 'one' | 'many'): Html {
  const newest = [...events].sort((a, b) => b.seq - a.seq);
  const steps = newest.map((event, index) => step(event, of, before(event, newest.slice(index + 1))));
  const list = html`<ol class="story" reversed>${steps}</ol>`;
  return html`${events.length === 0 ? html`<p class="empty">Nothing has been recorded here.</p>` : list}${pager(earlier, later)}`;
}

/** The last of the events before one that is of the same resource, unless changes of it may be missing between them. */
const before = (event: SinkEvent, earlier: readonly SinkEvent[]): SinkEvent | undefined =>
  earlier.find(({ type, resource }) =>
    type === 'gap' ? kindName(resource) === kindName(event.resource) : resource.uid === event.resource.uid,
  );

function pager(earlier: string | undefined, later: string | undefined): Html | undefined {
  if (earlier === undefined && later === undefined) return undefined;
  return html`<nav class="pager" aria-label="More events"><ul>
${later !== undefined && html`<li><a class="button secondary" rel="prev" href="${later}">Later</a></li>`}
${earlier !== undefined && html`<li><a class="button secondary" rel="next" href="${earlier}">Earlier</a></li>`}
</ul></nav>`;
}

const step = (event: SinkEvent, of: 'one' | 'many', last: SinkEvent | undefined): Html =>
  html`<li class="step step-${event.type}" id="event-${event.seq}">
<span class="step-mark">${icons[event.type]}</span>
<div class="step-text">
<p class="step-what">${heading(event, of)}</p>
<p class="step-when">${time(event.time)} · ${reference(event)}${event.inferred && html` · found out afterwards`}</p>
${event.type === 'modified' && changesIn(event, last)}
</div>
</li>`;

const DONE = { added: 'made', modified: 'changed', deleted: 'deleted' } as const;

function heading({ type, resource, actor }: SinkEvent, of: 'one' | 'many'): Html {
  if (type === 'gap')
    return html`Changes of ${resource.plural} may be missing here: the API server no longer had them.`;
  const by = actor.name === '' ? '' : ` by ${actor.name}`;
  const done = DONE[type];
  if (of === 'one') return html`${done.charAt(0).toUpperCase()}${done.slice(1)}${by}${sureness(actor)}`;
  const kind = noun(resource.kind);
  return html`${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${resourceLink(resource)} ${done}${by}${sureness(actor)}`;
}

const SURENESS = {
  audit: undefined,
  admission: undefined,
  'field-manager': 'as it calls itself',
  none: 'by whom is not known',
} as const;

const sureness = ({ confidence }: SinkEvent['actor']): Html | undefined =>
  SURENESS[confidence] === undefined ? undefined : html` <span class="soft">(${SURENESS[confidence]})</span>`;

/** The number of an event; of a resource it leads to the resource as it was then. */
function reference({ type, seq, resource }: SinkEvent): Html {
  if (type === 'gap') return html`event ${seq}`;
  const then = type === 'deleted' ? seq - 1 : seq;
  const label = type === 'deleted' ? 'as it was before' : 'as it was then';
  return html`event ${seq} · <a href="${pathOf(resource)}?at=${then}" aria-label="${relativeIri(resource)} ${label}, event ${then}">${label}</a>`;
}
