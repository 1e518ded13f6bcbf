import { leave, mark } from './drawings.ts';
import { type Html, html } from './html.ts';

/** What stands at the top of a page. */
interface Banner {
  /** Whether the mark leads to the first page: there is none for who has not come in yet. */
  readonly leadsHome: boolean;
  /** Left out where there is one thing to do, and nothing is to lead away from it. */
  readonly navigation?: Html | undefined;
  /** Who is signed in, or how to. */
  readonly account?: Html | undefined;
}

/** A place that the navigation leads to. */
export interface Entry {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly icon: Html;
}

/** The top of a page. */
export const banner = ({ leadsHome, navigation: ways, account }: Banner): Html =>
  html`<header class="banner">
${leadsHome ? html`<a class="brand" href="/">${name}</a>` : html`<p class="brand">${name}</p>`}
${ways}
${account}
</header>`;

const name = html`${mark}<span>Hearth</span>`;

/** The ways to the other pages; `here` is the one that is open. */
export const navigation = (entries: readonly Entry[], here: string | undefined): Html =>
  html`<nav aria-label="Pages"><ul>${entries.map((entry) => way(entry, entry.id === here))}</ul></nav>`;

const way = ({ path, label, icon }: Entry, isHere: boolean): Html =>
  html`<li><a href="${path}"${isHere && html` aria-current="page"`}>${icon}<span>${label}</span></a></li>`;

/** Who is signed in, where that is known, and the way out: a form that posts to `action`. */
export const signOut = (action: string, person: string | undefined): Html =>
  html`<form class="person" method="post" action="${action}">
${person !== undefined && html`<span class="person-name">${person}</span>`}
<button class="quiet" type="submit">${leave}<span>Sign out</span></button>
</form>`;
