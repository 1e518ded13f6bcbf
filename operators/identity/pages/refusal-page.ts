import { document } from './document.ts';
import { href, html } from './html.ts';
import type { Pages } from './views.ts';

/** Something that is not to be, and where to go instead. */
export const refusal: Pages['refusal'] = (frame, { title, text, onward }) =>
  document(frame, {
    title,
    width: 'narrow',
    body: html`<section class="card">
<h1>${title}</h1>
<p class="lead">${text}</p>
${onward !== undefined && html`<div class="stack"><a class="button primary" href="${href(onward.url)}">${onward.label}</a></div>`}
${frame.person !== undefined && html`<p class="hint">You are signed in as <strong>${frame.person.displayName}</strong>.</p>`}
</section>`,
  });
