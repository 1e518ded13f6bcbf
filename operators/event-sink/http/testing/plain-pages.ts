import type { Pages } from '../pages/views.ts';

const page = (title: string, view: unknown): string =>
  `<!doctype html><title>${title}</title><pre>${JSON.stringify(view)}</pre>`;

/** Pages that show what they were given, and nothing else. */
export const plainPages: Pages = {
  home: (_frame, view) => page('home', view),
  list: (_frame, view) => page('list', view),
  resource: (_frame, view) => page('resource', view),
  gone: (_frame, view) => page('gone', view),
  events: (_frame, view) => page('events', view),
  sparql: (_frame, view) => page('sparql', view),
  vocabulary: (_frame, view) => page('vocabulary', view),
  signIn: (_frame, view) => page('sign in', view),
  refusal: (_frame, view) => page('refusal', view),
};
