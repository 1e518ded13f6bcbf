import { type Html, html } from '@hearth/pages';
import { document } from './document.ts';
import { timeline } from './timeline.ts';
import type { Pages } from './views.ts';

/** What happened, everywhere, to a kind, or to a resource. */
export const events: Pages['events'] = (frame, { of, ...page }) =>
  document(frame, {
    title: of === undefined ? 'Events' : `Events of ${of}`,
    width: 'wide',
    body: html`<h1>What happened</h1>
<p class="lead">${lead(of)}</p>
${timeline(page, 'many')}
<footer class="forms"><p>As it happens: the same address as <code>text/event-stream</code>, or <code>kiko events -f</code>.</p></footer>`,
  });

const lead = (of: string | undefined): Html =>
  of === undefined
    ? html`Every change that was recorded and that you may see, the newest first.`
    : html`Only of ${of.includes('/') ? html`<a href="/${of}">${of}</a>` : html`<code>${of}</code>`}; <a href="/-/events">everything</a>.`;
