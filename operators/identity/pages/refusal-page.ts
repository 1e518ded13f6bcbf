import { href, html } from '@hearth/pages';
import { document } from './document.ts';
import type { Pages } from './views.ts';

/** Something that is not to be, and where to go instead, or as whom. */
export const refusal: Pages['refusal'] = (frame, { title, text, onward, signOut }) => {
  const { person } = frame;
  const go = onward && html`<a class="button primary" href="${href(onward.url)}">${onward.label}</a>`;
  const leave =
    person &&
    signOut !== undefined &&
    html`<form method="post" action="/sign-out"><button class="secondary" type="submit">${signOut}</button></form>`;
  return document(frame, {
    title,
    width: 'narrow',
    body: html`<section class="card">
<h1>${title}</h1>
<p class="lead">${text}</p>
${(go || leave) && html`<div class="stack">${go}${leave}</div>`}
${person && html`<p class="hint">You are signed in as <strong>${person.displayName}</strong>.</p>`}
</section>`,
  });
};
