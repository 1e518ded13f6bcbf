import { relativeIri, type SinkEvent } from '@hearth/domain';
import { type Html, html } from '@hearth/pages';
import { judge } from '../../why/judge.ts';
import { ended } from '../../why/words.ts';
import { document } from './document.ts';
import { count, kindDescription, resourceLink, stateOf, time } from './parts.ts';
import type { Pages } from './views.ts';

/** The resources of a kind. */
export const list: Pages['list'] = (frame, { kind, namespace, resources, next }) => {
  const place = namespace === undefined ? '' : ` in ${namespace}`;
  const sorted = [...resources].sort((one, other) =>
    relativeIri(one.resource) < relativeIri(other.resource) ? -1 : 1,
  );
  const description = kindDescription(kind);
  return document(frame, {
    title: `${kind.kind}${place}`,
    width: 'wide',
    body: html`<p class="eyebrow"><a href="/">This home</a>${place}</p>
<div class="title"><h1>${kind.kind}</h1><span class="soft">${count(resources.length, 'resource')}${next !== undefined && ' on this page'}</span></div>
${description !== undefined && html`<p class="lead">${description}</p>`}
${sorted.length === 0 ? html`<p class="empty">There is none that you may see.</p>` : rows(sorted, namespace)}
${next !== undefined && html`<nav class="pager" aria-label="More of them"><ul><li><a class="button secondary" rel="next" href="${next}">More</a></li></ul></nav>`}`,
  });
};

const rows = (events: readonly SinkEvent[], namespace: string | undefined): Html =>
  html`<ul class="rows">${events.map((event) => row(event, namespace))}</ul>`;

function row(event: SinkEvent, namespace: string | undefined): Html {
  const { phrase, detail } = judge(event);
  const says = `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}`;
  return html`<li><span class="row-name">${resourceLink(event.resource, namespace)}</span>${stateOf(event) ?? html`<span class="pill pill-unknown">There</span>`}<span class="row-says">${ended(detail ?? says, 200)}</span><span class="row-when">changed ${time(event.time)}</span></li>`;
}
