import { clock, drawing, html, tick } from '@hearth/pages';

/** The drawings that pages use. */
export const icons = {
  home: drawing(html`<path d="M4 11.5 12 4l8 7.5M6 10v9.5h12V10"/>`),
  events: clock,
  graph: drawing(
    html`<circle cx="6" cy="6" r="2.5"/><circle cx="18" cy="9" r="2.5"/><circle cx="9" cy="18" r="2.5"/><path d="m8.4 6.6 7.2 1.8M6.7 8.4l1.6 7.2M16.2 10.8 10.8 16.2"/>`,
  ),
  vocabulary: drawing(
    html`<path d="M5 5.5A2.5 2.5 0 0 1 7.5 3H19v15H7.5A2.5 2.5 0 0 0 5 20.5zm0 15A2.5 2.5 0 0 0 7.5 21H19M9 7.5h6"/>`,
  ),
  good: tick,
  bad: drawing(html`<path d="M12 7v6m0 3.5v.5"/>`),
  open: drawing(html`<path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7m0 3v.5"/>`),
  added: drawing(html`<path d="M12 6v12M6 12h12"/>`),
  modified: drawing(html`<path d="m15 5 4 4L9 19H5v-4z"/>`),
  deleted: drawing(html`<path d="M6 12h12"/>`),
  gap: drawing(html`<path d="M4 12h4m8 0h4M12 5v2m0 10v2"/>`),
} as const;
