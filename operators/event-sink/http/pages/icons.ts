import { type Html, html } from './html.ts';

/** A line drawing of 24 by 24; decoration, so that readers aloud pass over it. */
const drawing = (paths: Html): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;

/** The drawings that pages use. */
export const icons = {
  home: drawing(html`<path d="M4 11.5 12 4l8 7.5M6 10v9.5h12V10"/>`),
  events: drawing(html`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>`),
  graph: drawing(
    html`<circle cx="6" cy="6" r="2.5"/><circle cx="18" cy="9" r="2.5"/><circle cx="9" cy="18" r="2.5"/><path d="m8.4 6.6 7.2 1.8M6.7 8.4l1.6 7.2M16.2 10.8 10.8 16.2"/>`,
  ),
  vocabulary: drawing(
    html`<path d="M5 5.5A2.5 2.5 0 0 1 7.5 3H19v15H7.5A2.5 2.5 0 0 0 5 20.5zm0 15A2.5 2.5 0 0 0 7.5 21H19M9 7.5h6"/>`,
  ),
  leave: drawing(
    html`<path d="M10 4H6.5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2H10m5-4.5 3.5-3.5L15 8.5m3.5 3.5H9.5"/>`,
  ),
  good: drawing(html`<path d="m5 12.5 4.5 4.5L19 7.5"/>`),
  bad: drawing(html`<path d="M12 7v6m0 3.5v.5"/>`),
  open: drawing(html`<path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7m0 3v.5"/>`),
  added: drawing(html`<path d="M12 6v12M6 12h12"/>`),
  modified: drawing(html`<path d="m15 5 4 4L9 19H5v-4z"/>`),
  deleted: drawing(html`<path d="M6 12h12"/>`),
  gap: drawing(html`<path d="M4 12h4m8 0h4M12 5v2m0 10v2"/>`),
} as const;

/** The mark of Hearth: a fire in a house. */
export const mark = html`<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false"><path class="mark-house" d="M21.3 5.2a4.2 4.2 0 0 1 5.4 0l13.7 11.6A4.6 4.6 0 0 1 42 20.3V37a6 6 0 0 1-6 6H12a6 6 0 0 1-6-6V20.3c0-1.3.6-2.6 1.6-3.5z"/><path class="mark-fire" d="M24.7 15.5c.8 4.2 7.3 6.8 7.3 13.2a8 8 0 0 1-16 0c0-3 1.6-5 3-6.4.3 2 1.2 3 2.2 3.3-.6-4.3.7-8 3.5-10.1z"/></svg>`;
