import type { RefusalView } from '../pages/views.ts';

/** Where somebody can always go. */
export const LAUNCHER = { url: '/', label: 'What I can open' } as const;

/** Thrown where a request is not to be answered: becomes a page, or JSON where a script asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly view: RefusalView;

  /** `text` says what it is, and what the person can do. */
  constructor(
    status: RefusalView['status'],
    title: string,
    text: string,
    onward?: { readonly url: string; readonly label: string },
    more: Pick<RefusalView, 'signOut'> = {},
  ) {
    super(title);
    this.view = { status, title, text, ...(onward && { onward }), ...more };
  }
}
