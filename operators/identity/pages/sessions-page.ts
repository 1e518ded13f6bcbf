import { html } from '@hearth/pages';
import { document } from './document.ts';
import { icons } from './icons.ts';
import { listed, time } from './parts.ts';
import { reach } from './sign-out-reach.ts';
import type { Pages, SessionsView } from './views.ts';

type Session = SessionsView['sessions'][number];

/** Where a person is signed in, and the ways out. */
export const sessions: Pages['sessions'] = (frame, view) =>
  document(frame, {
    title: 'Where I’m signed in',
    width: 'wide',
    body: html`<h1>Where I’m signed in</h1>
<p class="lead">Is there one that isn’t yours? End it, and look through <a href="/devices">your devices</a>.</p>
<ul class="rows">${view.sessions.map(session)}</ul>
<section class="card" aria-labelledby="out">
<h2 id="out">Sign out</h2>
${reach(view.apps, 'before')}
<div class="actions">
<form method="post" action="/sign-out"><button class="secondary" type="submit">Sign out here</button></form>
<form method="post" action="/sign-out/everywhere"><button class="danger" type="submit">Sign out everywhere</button></form>
</div>
</section>`,
  });

const session = (one: Session) => html`<li class="row">
<span class="row-icon">${icons.session}</span>
<div class="row-text">
<h2>${one.browser}${one.current && html` <span class="badge">this one</span>`}</h2>
<p>With ${one.device}, from ${one.address}</p>
<p>Since ${time(one.since)} · last used ${time(one.seen)}</p>
${one.apps.length > 0 && html`<p class="hint">Opened ${listed(one.apps)}</p>`}
</div>
${!one.current && ending(one)}
</li>`;

const ending = ({ id, browser }: Session) => html`<div class="row-actions">
<form method="post" action="/sessions/${encodeURIComponent(id)}/end"><button class="secondary" type="submit">End<span class="aloud"> ${browser}</span></button></form>
</div>`;
