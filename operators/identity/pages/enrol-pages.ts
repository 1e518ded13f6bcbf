import { html } from '@hearth/pages';
import { document } from './document.ts';
import { icons } from './icons.ts';
import { problem, withoutScript } from './parts.ts';
import type { EnrolView, Pages } from './views.ts';

const NEEDS_SCRIPT = 'Making a passkey needs JavaScript. Please switch it on for this page.';

/** The form that makes a passkey: the script asks at `options`, and sends to `verify`. */
export const passkeyForm = ({ at, device, label }: { at: string; device: string; label: string }) =>
  html`<form class="make-passkey" data-at="${at}" hidden>
<p class="field">
<label for="device">What to call this device</label>
<input id="device" name="name" type="text" value="${device}" maxlength="80" required autocomplete="off">
</p>
<button class="primary" type="submit">${icons.passkey}<span>${label}</span></button>
</form>
<p class="aside no-passkeys" hidden>This browser can’t make passkeys. Please use a newer one, or another device.</p>
${withoutScript(NEEDS_SCRIPT)}`;

/** The first passkey, or one more by a link. */
export const enrol: Pages['enrol'] = (frame, view) =>
  document(frame, {
    title: view.further ? 'Add a device' : 'Welcome',
    width: 'narrow',
    script: 'enrol.js',
    body: html`<section class="card">
${greeting(view)}
<p>A passkey is how your home knows you: by your fingerprint, your face or the PIN of your device. There is nothing to remember, and nobody can guess it or trick you out of it.</p>
${problem()}
${passkeyForm({ at: '/enrol', device: view.device, label: 'Make a passkey' })}
<p class="hint">In the home’s apps you are <strong>${view.name}</strong>.</p>
</section>`,
  });

const greeting = ({ displayName, further }: EnrolView) =>
  further
    ? html`<h1>Add a device, ${displayName}</h1><p class="lead">This device is going to open the home’s apps for you.</p>`
    : html`<h1>Welcome, ${displayName}</h1><p class="lead">Let’s make this device your key to the home’s apps.</p>`;

/** A second way in, before anything else. */
export const safety: Pages['safety'] = (frame, view) =>
  document(frame, {
    title: 'A second way in',
    width: 'narrow',
    script: 'enrol.js',
    body: html`<section class="card">
<h1>One more thing, ${view.displayName}</h1>
<p class="lead">Devices get lost. With a second way in, you don’t get lost with them. Choose one:</p>
${problem()}
<div class="choice">
<h2>${icons.codes}<span>Recovery codes</span></h2>
<p>Ten codes on paper, or in a safe place. Each of them lets you in once.</p>
<form method="post" action="/recovery-codes">
<input type="hidden" name="to" value="${view.to}">
<button class="secondary" type="submit">Make recovery codes</button>
</form>
</div>
<div class="choice">
<h2>${icons.device}<span>A second device</span></h2>
<p>Your phone, a tablet or a security key: your browser asks which one.</p>
<div data-to="${view.to}">${passkeyForm({ at: '/devices', device: view.device, label: 'Add a second device' })}</div>
</div>
</section>`,
  });
