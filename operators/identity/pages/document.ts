import { assetPath, banner, documentOf, type Html, html, navigation, signOut } from '@hearth/pages';
import { assets } from './assets.ts';
import { icons } from './icons.ts';
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
  documentOf({
    title,
    width,
    assets,
    head: html`<link rel="manifest" href="${assetPath(assets, 'home.webmanifest')}">
${moduleScript('page.js')}
${script !== undefined && moduleScript(script)}`,
    banner: width === 'wide' ? fullBanner(frame) : banner({ leadsHome: frame.person !== undefined }),
    main: html`<div role="status" class="notices">${frame.notice !== undefined && notice(frame.notice)}</div>
${body}`,
  });

const moduleScript = (name: string): Html =>
  html`<script type="module" src="${assetPath(assets, name)}"></script>`;

const notice = (text: string): Html => html`<p class="notice">${icons.tick}<span>${text}</span></p>`;

const ENTRIES = [
  { id: 'apps', path: '/', label: 'Apps', icon: icons.apps },
  { id: 'devices', path: '/devices', label: 'Devices', icon: icons.device },
  { id: 'sessions', path: '/sessions', label: 'Signed in', icon: icons.session },
  { id: 'app-passwords', path: '/app-passwords', label: 'Passwords', icon: icons.password },
  { id: 'activity', path: '/activity', label: 'Activity', icon: icons.activity },
] as const;

const fullBanner = ({ person, here }: Frame): Html =>
  banner({
    leadsHome: true,
    navigation: navigation(ENTRIES, here),
    account: signOut('/sign-out', person?.displayName),
  });
