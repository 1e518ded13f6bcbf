import { assetPath } from './assets.ts';
import { type Html, html, markupOf } from './html.ts';
import { icons, mark } from './icons.ts';
import type { Frame } from './views.ts';

/** What is particular to one page. */
export interface Content {
  /** Names it in the browser’s tab. */
  readonly title: string;
  /** `narrow`: one thing to do. `wide`: something to look through. */
  readonly width: 'narrow' | 'wide';
  readonly body: Html;
  /** A script beside the one that every page has. */
  readonly script?: 'sign-in.js' | 'enrol.js';
}

/** A whole document. */
export const document = (frame: Frame, { title, width, body, script }: Content): string =>
  markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Hearth</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
<link rel="manifest" href="${assetPath('home.webmanifest')}">
<link rel="stylesheet" href="${assetPath('style.css')}">
<script type="module" src="${assetPath('page.js')}"></script>
${script !== undefined && html`<script type="module" src="${assetPath(script)}"></script>`}
</head>
<body class="${width}">
<a class="skip" href="#main">Skip to the content</a>
${width === 'wide' ? banner(frame) : brand(frame)}
<main id="main" tabindex="-1">
<div role="status" class="notices">${frame.notice !== undefined && notice(frame.notice)}</div>
${body}
</main>
</body>
</html>
`);

const notice = (text: string): Html => html`<p class="notice">${icons.tick}<span>${text}</span></p>`;

const ENTRIES = [
  { id: 'apps', path: '/', label: 'Apps', icon: icons.apps },
  { id: 'devices', path: '/devices', label: 'Devices', icon: icons.device },
  { id: 'sessions', path: '/sessions', label: 'Signed in', icon: icons.session },
  { id: 'app-passwords', path: '/app-passwords', label: 'Passwords', icon: icons.password },
  { id: 'activity', path: '/activity', label: 'Activity', icon: icons.activity },
] as const;

/** Where there is one thing to do, nothing leads away from it but the way home, for who is signed in. */
const brand = ({ person }: Frame): Html =>
  person === undefined
    ? html`<header class="banner"><p class="brand">${mark}<span>Hearth</span></p></header>`
    : html`<header class="banner"><a class="brand" href="/">${mark}<span>Hearth</span></a></header>`;

const banner = ({ person, here }: Frame): Html => html`<header class="banner">
<a class="brand" href="/">${mark}<span>Hearth</span></a>
<nav aria-label="Pages"><ul>${ENTRIES.map((entry) => navigation(entry, entry.id === here))}</ul></nav>
<form class="person" method="post" action="/sign-out">
${person !== undefined && html`<span class="person-name">${person.displayName}</span>`}
<button class="quiet" type="submit">${icons.leave}<span>Sign out</span></button>
</form>
</header>`;

const navigation = ({ path, label, icon }: (typeof ENTRIES)[number], isHere: boolean): Html =>
  html`<li><a href="${path}"${isHere && html` aria-current="page"`}>${icon}<span>${label}</span></a></li>`;
