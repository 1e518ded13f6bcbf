import { assetPath } from './assets.ts';
import { type Html, html, markupOf } from './html.ts';
import { icons, mark } from './icons.ts';
import type { Frame } from './views.ts';

/** What is particular to one page. */
export interface Content {
  /** Names it in the browser’s tab. */
  readonly title: string;
  /** `narrow`: one thing to read. `wide`: something to look through. */
  readonly width: 'narrow' | 'wide';
  readonly body: Html;
}

/** A whole document. */
export const document = (frame: Frame, { title, width, body }: Content): string =>
  markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Hearth</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetPath('style.css')}">
</head>
<body class="${width}">
<a class="skip" href="#main">Skip to the content</a>
${banner(frame, width)}
<main id="main" tabindex="-1">
${body}
</main>
</body>
</html>
`);

const ENTRIES = [
  { id: 'home', path: '/', label: 'Home', icon: icons.home },
  { id: 'events', path: '/-/events', label: 'Events', icon: icons.events },
  { id: 'sparql', path: '/-/sparql', label: 'Questions', icon: icons.graph },
  { id: 'vocabulary', path: '/-/vocabulary', label: 'Terms', icon: icons.vocabulary },
] as const;

/** Whoever has not come in yet is not led anywhere else. */
const banner = (frame: Frame, width: Content['width']): Html => html`<header class="banner">
<a class="brand" href="/">${mark}<span>Hearth</span></a>
${(width === 'wide' || frame.person !== undefined) && html`<nav aria-label="Pages"><ul>${ENTRIES.map((entry) => navigation(entry, entry.id === frame.here))}</ul></nav>`}
${account(frame)}
</header>`;

const navigation = ({ path, label, icon }: (typeof ENTRIES)[number], isHere: boolean): Html =>
  html`<li><a href="${path}"${isHere && html` aria-current="page"`}>${icon}<span>${label}</span></a></li>`;

/** Who is signed in, and the way out; or the way in, where there is one. */
function account({ person, signIn }: Frame): Html | undefined {
  if (person !== undefined)
    return html`<form class="person" method="post" action="/-/sign-out"><span class="person-name">${person.name}</span><button class="quiet" type="submit">${icons.leave}<span>Sign out</span></button></form>`;
  return signIn === undefined
    ? undefined
    : html`<p class="person"><a class="button quiet" href="${signInPath(signIn)}">Sign in</a></p>`;
}

/** Where a person signs in who then goes on to `to`. */
export const signInPath = (to: string): string => `/-/sign-in?to=${encodeURIComponent(to)}`;
