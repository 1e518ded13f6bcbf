import { html } from '@hearth/pages';
import { document, signInPath } from './document.ts';
import type { Pages } from './views.ts';

/** Something that is not to be, and where to go instead. */
export const refusal: Pages['refusal'] = (frame, { status, title, text, onward }) =>
  document(frame, {
    title,
    width: 'narrow',
    body: html`<section class="card">
<p class="eyebrow">${status}</p>
<h1>${title}</h1>
<p class="lead">${text}</p>
<p class="stack"><a class="button primary" href="${onward?.path ?? '/'}">${onward?.label ?? 'To this home'}</a></p>
${frame.person !== undefined && html`<p class="hint">You are signed in as <strong>${frame.person.name}</strong>.</p>`}
</section>`,
  });

/** Whoever wants to look has to say who they are. */
export const signIn: Pages['signIn'] = (frame, { to }) =>
  document(
    { here: frame.here },
    {
      title: 'Sign in',
      width: 'narrow',
      body: html`<section class="card">
<h1>See what happens in your home</h1>
<p class="lead">Every change, who made it, and why something isn’t ready. You see here what you may see in the home.</p>
<p class="stack"><a class="button primary" href="${signInPath(to)}">Sign in with your passkey</a></p>
<p class="hint">You sign in at the home’s identity, and come back here.</p>
</section>`,
    },
  );
