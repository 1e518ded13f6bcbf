import { html } from '@hearth/pages';
import { document } from './document.ts';
import { pathOf, time } from './parts.ts';
import { resourceHead } from './resource-page.ts';
import { timeline } from './timeline.ts';
import type { Pages } from './views.ts';

/** A resource that was deleted: that it was there, and its story. */
export const gone: Pages['gone'] = (frame, { event, history }) => {
  const { resource, actor, seq } = event;
  return document(frame, {
    title: `${resource.name} was deleted`,
    width: 'wide',
    body: html`${resourceHead(event)}
<p class="lead">It was deleted at ${time(event.time)}${actor.name !== '' && html` by ${actor.name}`}.</p>
${seq > 1 && html`<p class="actions"><a class="button secondary" href="${pathOf(resource)}?at=${seq - 1}">As it was before</a></p>`}
<section aria-labelledby="story"><h2 id="story">What happened</h2>${timeline(history, 'one')}</section>`,
  });
};
