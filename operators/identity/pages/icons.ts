import { type Html, html } from './html.ts';

/** A line drawing of 24 by 24; decoration, so that readers aloud pass over it. */
const drawing = (paths: Html): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;

/** The drawings that pages use. */
export const icons = {
  apps: drawing(
    html`<rect x="3.5" y="3.5" width="7" height="7" rx="2"/><rect x="13.5" y="3.5" width="7" height="7" rx="2"/><rect x="3.5" y="13.5" width="7" height="7" rx="2"/><rect x="13.5" y="13.5" width="7" height="7" rx="2"/>`,
  ),
  device: drawing(html`<rect x="6.5" y="2.5" width="11" height="19" rx="3"/><path d="M10.5 18.5h3"/>`),
  session: drawing(html`<rect x="2.5" y="4.5" width="19" height="12.5" rx="2.5"/><path d="M8 20.5h8"/>`),
  password: drawing(html`<circle cx="8" cy="14.5" r="4.5"/><path d="M11.5 11.5 20 3m-4 4 3 3"/>`),
  activity: drawing(html`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>`),
  passkey: drawing(
    html`<path d="M5 10.5a7 7 0 0 1 14 0v2.5a15 15 0 0 1-1 5.5M8 20a15 15 0 0 0 1.5-6v-3.5a2.5 2.5 0 0 1 5 0v2.5a18 18 0 0 1-1.5 7M5 14.5v1.5"/>`,
  ),
  codes: drawing(
    html`<rect x="3.5" y="4.5" width="17" height="15" rx="2.5"/><path d="M7.5 9.5h4m-4 5h4m3-5h2m-2 5h2"/>`,
  ),
  leave: drawing(
    html`<path d="M10 4H6.5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2H10m5-4.5 3.5-3.5L15 8.5m3.5 3.5H9.5"/>`,
  ),
  link: drawing(
    html`<path d="m9.5 14.5 5-5M8.5 11 6 13.5a3.5 3.5 0 0 0 5 5l2.5-2.5m2-3 2.5-2.5a3.5 3.5 0 0 0-5-5L10.5 8"/>`,
  ),
  tick: drawing(html`<path d="m5 12.5 4.5 4.5L19 7.5"/>`),
} as const;

/** The mark of Hearth: a fire in a house. */
export const mark = html`<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false"><path class="mark-house" d="M21.3 5.2a4.2 4.2 0 0 1 5.4 0l13.7 11.6A4.6 4.6 0 0 1 42 20.3V37a6 6 0 0 1-6 6H12a6 6 0 0 1-6-6V20.3c0-1.3.6-2.6 1.6-3.5z"/><path class="mark-fire" d="M24.7 15.5c.8 4.2 7.3 6.8 7.3 13.2a8 8 0 0 1-16 0c0-3 1.6-5 3-6.4.3 2 1.2 3 2.2 3.3-.6-4.3.7-8 3.5-10.1z"/></svg>`;
