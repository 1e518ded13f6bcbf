import { type Html, html } from './html.ts';

/** A line drawing of 24 by 24; decoration, so that readers aloud pass over it. */
export const drawing = (paths: Html): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;

/** What has happened, and when. */
export const clock = drawing(html`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>`);

/** The way out. */
export const leave = drawing(
  html`<path d="M10 4H6.5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2H10m5-4.5 3.5-3.5L15 8.5m3.5 3.5H9.5"/>`,
);

/** It is as it should be. */
export const tick = drawing(html`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);

/** The mark of Hearth: a fire in a house. */
export const mark = html`<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false"><path class="mark-house" d="M21.3 5.2a4.2 4.2 0 0 1 5.4 0l13.7 11.6A4.6 4.6 0 0 1 42 20.3V37a6 6 0 0 1-6 6H12a6 6 0 0 1-6-6V20.3c0-1.3.6-2.6 1.6-3.5z"/><path class="mark-fire" d="M24.7 15.5c.8 4.2 7.3 6.8 7.3 13.2a8 8 0 0 1-16 0c0-3 1.6-5 3-6.4.3 2 1.2 3 2.2 3.3-.6-4.3.7-8 3.5-10.1z"/></svg>`;
