import { html, trusted } from '@hearth/pages';
import { document } from './document.ts';
import { reach } from './sign-out-reach.ts';
import type { Pages, SignedOutView } from './views.ts';

/** An app asks to sign out: whether everything else ends too is the person’s choice. */
export const endSession: Pages['endSession'] = (frame, view) =>
  document(frame, {
    title: 'Sign out',
    width: 'narrow',
    body: html`<section class="card">
<h1>Sign out of everything?</h1>
<p class="lead">${view.app !== undefined ? html`You are leaving <strong>${view.app}</strong>.` : 'You are leaving.'} If others use this browser too, sign out.</p>
${reach(view.apps, 'before')}
${trusted(view.form)}
<div class="stack">
<button class="primary" form="op.logoutForm" name="logout" value="yes" type="submit">Sign out</button>
<button class="secondary" form="op.logoutForm" type="submit">Stay signed in</button>
</div>
</section>`,
  });

/** Signed out; or out of one app alone, with the choice of the rest. */
export const signedOut: Pages['signedOut'] = (frame, view) =>
  document(frame, {
    title: frame.person && !view.app ? 'Still signed in' : 'Signed out',
    width: 'narrow',
    body: html`<section class="card">
${frame.person ? leftOne(view) : leftAll(view)}
</section>`,
  });

const leftAll = ({ apps }: SignedOutView) => html`<h1>You are signed out</h1>
${apps.length > 0 ? reach(apps, 'after') : html`<p class="lead">See you soon.</p>`}
<div class="stack"><a class="button primary" href="/sign-in">Sign in again</a></div>`;

const leftOne = ({
  app,
  apps,
}: SignedOutView) => html`<h1>${app ? `You have left ${app.title}` : 'You are still signed in'}</h1>
<p class="lead">In this browser you are still signed in to your home: the next time, ${app ? app.title : 'any app'} lets you right in. If others use this browser too, sign out.</p>
${reach(apps, 'before')}
<div class="stack">
<form method="post" action="/sign-out"><button class="primary" type="submit">Sign out</button></form>
<a class="button secondary" href="/">What I can open</a>
</div>`;
