import { html } from '@hearth/pages';
import { document } from './document.ts';
import { passkeyForm } from './enrol-pages.ts';
import { icons } from './icons.ts';
import { problem, time } from './parts.ts';
import type { DevicesView, Pages } from './views.ts';

type Device = DevicesView['devices'][number];

/** A person’s passkeys, and what helps when they are gone. */
export const devices: Pages['devices'] = (frame, view) =>
  document(frame, {
    title: 'My devices',
    width: 'wide',
    script: 'enrol.js',
    body: html`<h1>My devices</h1>
<p class="lead">Each of these opens your home’s apps. Remove one as soon as you have lost it.</p>
${view.link && made(view.link)}
<ul class="rows">${view.devices.map(device)}</ul>
<div class="columns">
${adding(view)}
${codes(view)}
</div>`,
  });

const device = (one: Device) => html`<li class="row">
<span class="row-icon">${icons.device}</span>
<div class="row-text">
<h2>${one.name}${one.current && html` <span class="badge">in use here</span>`}</h2>
<p>Added ${time(one.added)}${one.lastUsed && html` · last used ${time(one.lastUsed)}`}</p>
${one.last && html`<p class="hint">It is your only way in, so it can’t be removed.</p>`}
</div>
<div class="row-actions">
<details name="${one.id}"><summary>Rename<span class="aloud"> ${one.name}</span></summary>
<form method="post" action="/devices/${encodeURIComponent(one.id)}/rename">
<label><span class="label">New name</span><input name="name" type="text" value="${one.name}" maxlength="80" required autocomplete="off"></label>
<button class="secondary" type="submit">Save</button>
</form></details>
${!one.last && removal(one)}
</div>
</li>`;

const removal = ({
  id,
  name,
  current,
}: Device) => html`<details name="${id}"><summary>Remove<span class="aloud"> ${name}</span></summary>
<form method="post" action="/devices/${encodeURIComponent(id)}/remove">
<p>${current ? 'You are signed in with it right now: you will be signed out.' : 'Whoever has it is signed out at once.'}</p>
<button class="danger" type="submit">Remove ${name}</button>
</form></details>`;

const adding = ({ device: name }: DevicesView) => html`<section class="card" aria-labelledby="adding">
<h2 id="adding">Add a device</h2>
${problem()}
<div data-to="/devices?notice=device-added">${passkeyForm({ at: '/devices', device: name, label: 'Add this device' })}</div>
<p>Is it another device? Make a link, and open it there.</p>
<form method="post" action="/devices/link"><button class="secondary" type="submit">${icons.link}<span>Make a link</span></button></form>
</section>`;

const codes = ({ codesLeft }: DevicesView) => html`<section class="card" aria-labelledby="codes-left">
<h2 id="codes-left">Recovery codes</h2>
<p>${left(codesLeft)}</p>
<form method="post" action="/recovery-codes">
<input type="hidden" name="to" value="/devices?notice=codes-kept">
<button class="secondary" type="submit">${icons.codes}<span>${codesLeft > 0 ? 'Make new codes' : 'Make recovery codes'}</span></button>
</form>
</section>`;

function left(count: number): string {
  if (count === 0) return 'You have none. With them you get in when all your devices are gone.';
  const many = count === 1 ? 'You have one code left.' : `You have ${count} codes left.`;
  return `${many} New ones replace them once you have confirmed them.`;
}

const made = ({
  url,
  expires,
}: NonNullable<DevicesView['link']>) => html`<section class="card made" aria-labelledby="made">
<h2 id="made">Open this link on the other device</h2>
<p><label for="link" class="aloud">The link</label><input id="link" class="once" type="text" value="${url}" readonly></p>
<p class="actions" data-script hidden><button class="secondary" type="button" data-copy="link">Copy</button></p>
<p class="said" role="status"></p>
<p class="hint">It works once, until ${time(expires)}. Whoever opens it can become you: don’t send it to anybody.</p>
</section>`;
