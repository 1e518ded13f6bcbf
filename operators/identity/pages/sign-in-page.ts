import { html } from '@hearth/pages';
import { document } from './document.ts';
import { icons } from './icons.ts';
import { appIcon, problem, withoutScript } from './parts.ts';
import type { Pages, SignInView } from './views.ts';

/**
 * Signing in. The field is where the browser offers its passkeys by itself; whoever passes it over presses the button.
 * What is typed into it goes nowhere.
 */
export const signIn: Pages['signIn'] = (frame, view) =>
  document(frame, {
    title: 'Sign in',
    width: 'narrow',
    script: 'sign-in.js',
    body: html`<section class="card centred">
${view.app !== undefined && appIcon(view.app)}
${words(view)}
${problem()}
<form id="sign-in" data-to="${view.to}" hidden>
<p class="field" id="by-name" hidden>
<label for="name">Your name</label>
<input id="name" type="text" autocomplete="username webauthn" autocapitalize="none" spellcheck="false">
</p>
<button class="primary" type="submit">${icons.passkey}<span>Sign in with a passkey</span></button>
</form>
${withoutScript('Passkeys need JavaScript. Please switch it on for this page.')}
<p class="aside" id="no-passkeys" hidden>This browser has no passkeys. Please use a newer one, or another device.</p>
<p class="below"><a href="/recover">I have none of my devices any more</a></p>
</section>`,
  });

function words({ app, again }: SignInView) {
  if (again) {
    return html`<h1>Is it you?</h1>
<p class="lead">${app ? html`<strong>${app.title}</strong> wants` : 'For this we want'} to be sure. Please show your passkey once more.</p>`;
  }
  return app
    ? html`<h1>Sign in to ${app.title}</h1><p class="lead">One passkey opens every app of your home.</p>`
    : html`<h1>Welcome home</h1><p class="lead">One passkey opens every app of your home.</p>`;
}
