import { embedded, type Html, html } from '@hearth/pages';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July'].concat([
  'August',
  'September',
  'October',
  'November',
  'December',
]);

/** A point in time. The server does not know where the reader is: a script puts their own clock in its place. */
export function time(at: Date): Html {
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
  const clock = at.toISOString().slice(11, 16);
  return html`<time datetime="${at.toISOString()}">${day}, ${clock} UTC</time>`;
}

/** Where a script says what went wrong; it is read aloud as soon as it does. */
export const problem = (text?: string): Html =>
  html`<div role="alert" class="problem">${text !== undefined && html`<p>${text}</p>`}</div>`;

/** What stands in for a script where there is none. */
export const withoutScript = (text: string): Html => html`<noscript><p class="aside">${text}</p></noscript>`;

/** How many tones there are for the tiles of apps without a picture. */
const TONES = 6;

/** An app’s picture; its first letter, where it brings none. Decoration: its name stands beside it. */
export function appIcon({ title, icon }: { readonly title: string; readonly icon?: string }): Html {
  const picture = embedded(icon);
  if (picture !== undefined)
    return html`<img class="app-icon" src="${picture}" alt="" width="64" height="64">`;
  const tone = [...title].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TONES;
  const [first = ''] = new Intl.Segmenter('en').segment(title);
  const initial = typeof first === 'string' ? first : first.segment;
  return html`<span class="app-icon tone-${tone}" aria-hidden="true">${initial.toUpperCase()}</span>`;
}

/** Texts as a sentence says them: `Feeds, Photos and Films`. */
export function listed(texts: readonly string[]): string {
  const last = texts.at(-1);
  if (last === undefined) return '';
  return texts.length === 1 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}
