import { href, html } from '@hearth/pages';
import { document } from './document.ts';
import { appIcon } from './parts.ts';
import type { LauncherView, Pages } from './views.ts';

/** What the person can open. */
export const launcher: Pages['launcher'] = (frame, view) =>
  document(frame, {
    title: 'What I can open',
    width: 'wide',
    body: html`<h1>Hello${frame.person !== undefined && html`, ${frame.person.displayName}`}</h1>
${view.apps.length > 0 ? tiles(view) : nothing}`,
  });

const tiles = ({ apps }: LauncherView) => html`<p class="lead">What would you like to open?</p>
<ul class="apps">${apps.map(
  (app) =>
    html`<li><a href="${href(app.url)}">${appIcon(app)}<span class="app-title">${app.title}</span></a></li>`,
)}</ul>`;

const nothing = html`<p class="lead">There is nothing to open yet.</p>
<p class="empty">As soon as an app is installed that you may enter, it appears here.</p>`;
