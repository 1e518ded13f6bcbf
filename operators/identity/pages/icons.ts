import { clock, drawing, html, tick } from '@hearth/pages';

/** The drawings that pages use. */
export const icons = {
  apps: drawing(
    html`<rect x="3.5" y="3.5" width="7" height="7" rx="2"/><rect x="13.5" y="3.5" width="7" height="7" rx="2"/><rect x="3.5" y="13.5" width="7" height="7" rx="2"/><rect x="13.5" y="13.5" width="7" height="7" rx="2"/>`,
  ),
  device: drawing(html`<rect x="6.5" y="2.5" width="11" height="19" rx="3"/><path d="M10.5 18.5h3"/>`),
  session: drawing(html`<rect x="2.5" y="4.5" width="19" height="12.5" rx="2.5"/><path d="M8 20.5h8"/>`),
  password: drawing(html`<circle cx="8" cy="14.5" r="4.5"/><path d="M11.5 11.5 20 3m-4 4 3 3"/>`),
  activity: clock,
  passkey: drawing(
    html`<path d="M5 10.5a7 7 0 0 1 14 0v2.5a15 15 0 0 1-1 5.5M8 20a15 15 0 0 0 1.5-6v-3.5a2.5 2.5 0 0 1 5 0v2.5a18 18 0 0 1-1.5 7M5 14.5v1.5"/>`,
  ),
  codes: drawing(
    html`<rect x="3.5" y="4.5" width="17" height="15" rx="2.5"/><path d="M7.5 9.5h4m-4 5h4m3-5h2m-2 5h2"/>`,
  ),
  link: drawing(
    html`<path d="m9.5 14.5 5-5M8.5 11 6 13.5a3.5 3.5 0 0 0 5 5l2.5-2.5m2-3 2.5-2.5a3.5 3.5 0 0 0-5-5L10.5 8"/>`,
  ),
  tick,
} as const;
