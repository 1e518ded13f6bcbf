import { html } from '@hearth/pages';
import { document } from './document.ts';
import { time } from './parts.ts';
import type { ActivityView, Pages } from './views.ts';

/** What happened in the person’s name. */
export const activity: Pages['activity'] = (frame, { entries }) =>
  document(frame, {
    title: 'Activity',
    width: 'wide',
    body: html`<h1>Activity</h1>
<p class="lead">What happened in your name. If something wasn’t you, remove <a href="/devices">the device</a> it came from.</p>
${entries.length > 0 ? html`<ol class="log" reversed>${entries.map(entry)}</ol>` : html`<p class="empty">Nothing has happened yet.</p>`}`,
  });

const entry = ({ at, what, app, device, address }: ActivityView['entries'][number]) => {
  const rest = [app, device && `with ${device}`, address && `from ${address}`].filter(
    (text) => text !== undefined,
  );
  return html`<li><span class="log-what">${what}</span> <span class="log-where">${rest.join(' · ')}</span> <span class="log-when">${time(at)}</span></li>`;
};
