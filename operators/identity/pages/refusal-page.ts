import { document } from './document.ts';
import { href, html } from './html.ts';
import type { Pages } from './views.ts';

/** Something that is not to be, and where to go instead. */
export const refusal: Pages['refusal'] = (frame, { title, text, onward, signOut }) =>
  document(frame, {
    title,
    width: 'narrow',
    body: html`<section class="card">
<h1>${title}</h1>
<p class="lead">${text}</p>
<div class="stack">
${onward !== undefined && html`<a class="button primary" href="${href(onward.url)}">${onward.label}</a>`}
${frame.person !== undefined && signOut !== undefined && html`<form method="post" action="/sign-out"><button class="secondary" type="submit">${signOut}</button></form>`}
</div>
${frame.person !== undefined && html`<p class="hint">You are signed in as <strong>${frame.person.displayName}</strong>.</p>`}
</section>`,
  });
