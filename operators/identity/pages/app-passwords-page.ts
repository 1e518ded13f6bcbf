import { html } from '@hearth/pages';
import { document } from './document.ts';
import { icons } from './icons.ts';
import { time } from './parts.ts';
import type { AppPasswordsView, Pages } from './views.ts';

type Password = AppPasswordsView['passwords'][number];

/** Passwords for apps that know no passkeys. */
export const appPasswords: Pages['appPasswords'] = (frame, view) =>
  document(frame, {
    title: 'App passwords',
    width: 'wide',
    body: html`<h1>App passwords</h1>
<p class="lead">Some apps know no passkeys. Give each of them a password of its own: lose one, and you change only that one.</p>
${view.made && made(view.made, view.userName)}
${view.passwords.length > 0 ? html`<ul class="rows">${view.passwords.map(password)}</ul>` : html`<p class="empty">You have none, and need none as long as your passkeys work everywhere.</p>`}
<section class="card" aria-labelledby="new">
<h2 id="new">Make a password</h2>
<form method="post" action="/app-passwords">
<p class="field"><label for="app">What it is for</label><input id="app" name="name" type="text" maxlength="80" required placeholder="Mail on my phone" autocomplete="off"></p>
<button class="primary" type="submit">${icons.password}<span>Make a password</span></button>
</form>
</section>`,
  });

const made = (
  { name, password }: NonNullable<AppPasswordsView['made']>,
  userName: string,
) => html`<section class="card made" aria-labelledby="made">
<h2 id="made">The password for ${name}</h2>
<dl class="facts">
<div><dt>Name</dt><dd><code>${userName}</code></dd></div>
<div><dt>Password</dt><dd><code id="password">${password}</code></dd></div>
</dl>
<p class="actions" data-script hidden><button class="secondary" type="button" data-copy="password">Copy the password</button></p>
<p class="said" role="status"></p>
<p class="hint"><strong>It is shown only this once.</strong> If you lose it, make another.</p>
</section>`;

const password = ({ id, name, created }: Password) => html`<li class="row">
<span class="row-icon">${icons.password}</span>
<div class="row-text"><h2>${name}</h2><p>Made ${time(created)}</p></div>
<div class="row-actions"><details><summary>Remove<span class="aloud"> ${name}</span></summary>
<form method="post" action="/app-passwords/${encodeURIComponent(id)}/remove">
<p>What uses it is locked out.</p>
<button class="danger" type="submit">Remove ${name}</button>
</form></details></div>
</li>`;
