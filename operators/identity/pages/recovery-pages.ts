import { html } from '@hearth/pages';
import { document } from './document.ts';
import { icons } from './icons.ts';
import { problem } from './parts.ts';
import type { Pages, RecoveryCodesView } from './views.ts';

/** New recovery codes, shown once, and proof that they were kept. */
export const recoveryCodes: Pages['recoveryCodes'] = (frame, view) =>
  document(frame, {
    title: 'Recovery codes',
    width: 'narrow',
    body: html`<section class="card">
${view.codes.length > 0 ? shown(view) : hidden(view)}
</section>`,
  });

const shown = ({ codes, to }: RecoveryCodesView) => html`<h1>Your recovery codes</h1>
<p class="lead">Write them down or print them, and keep them where you keep what matters. <strong>They are shown only this once.</strong></p>
<ol class="codes" id="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
<p class="actions" data-script hidden>
<button class="secondary" type="button" data-copy="codes">Copy</button>
<button class="secondary" type="button" data-print>Print</button>
</p>
<p class="said" role="status"></p>
<h2>Have you kept them?</h2>
${confirmation(to, 'Then type any one of them. This puts them in force.')}`;

const hidden = ({
  wrong,
  to,
}: RecoveryCodesView) => html`<h1>${wrong ? 'That is none of them' : 'Type one of your codes'}</h1>
${problem(wrong ? 'The code you typed is not one of the new ones. Codes that you had before are still in force.' : undefined)}
${confirmation(to, 'Please type one of the codes that you have just been shown.')}
<h2>You don’t have them any more?</h2>
<p>We can’t show them again, but we can make new ones.</p>
<form method="post" action="/recovery-codes">
<input type="hidden" name="to" value="${to}">
<button class="secondary" type="submit">Make new codes</button>
</form>`;

const confirmation = (to: string, hint: string) => html`<form method="post" action="/recovery-codes/confirm">
<input type="hidden" name="to" value="${to}">
<p class="field">
<label for="code">One of the codes</label>
<span class="hint" id="code-hint">${hint}</span>
<input id="code" name="code" type="text" class="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint">
</p>
<button class="primary" type="submit">${icons.tick}<span>I have kept them</span></button>
</form>`;

/** Getting in with a recovery code. It needs no script until a new passkey is made. */
export const recover: Pages['recover'] = (frame, view) =>
  document(frame, {
    title: 'Recovery',
    width: 'narrow',
    body: html`<section class="card">
<h1>Let’s get you back in</h1>
<p class="lead">Type one of your recovery codes, and make a passkey on this device.</p>
${problem(view.problem)}
<form method="post" action="/recover">
<p class="field">
<label for="name">Your name in the home’s apps</label>
<input id="name" name="name" type="text" value="${view.name}" required maxlength="80" autocomplete="username" autocapitalize="none" spellcheck="false">
</p>
<p class="field">
<label for="code">Recovery code</label>
<input id="code" name="code" type="text" class="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false">
</p>
<button class="primary" type="submit">Go on</button>
</form>
<p class="aside">No codes either? Whoever looks after the home can give you a new link.</p>
<p class="below"><a href="/sign-in">Back to signing in</a></p>
</section>`,
  });
