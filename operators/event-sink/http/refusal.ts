import type { RefusalView } from './pages/views.ts';

/** Statuses that a refusal can have. */
type RefusalStatus = RefusalView['status'];

/** Thrown where what was asked is not given: a problem (RFC 9457) for machines, a page for people. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: RefusalStatus;
  readonly title: string;
  /** What it is, and how it can be mended. */
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    title: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${title}: ${detail}`);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.headers = headers;
  }
}

/** The one answer to who asks for what is not there, and for what they may not know of. */
export const nothingHere = (): Refusal =>
  new Refusal(
    404,
    'There is nothing here',
    'Either it never was, or you may not see it. Check the address, or sign in as somebody else.',
  );

/** What was asked makes no sense. */
export const badRequest = (detail: string): Refusal =>
  new Refusal(400, 'This can’t be asked like this', detail);

/** None of the types will do. */
export const notAcceptable = (offered: readonly string[]): Refusal =>
  new Refusal(406, 'Not in this form', `Ask for one of: ${offered.join(', ')}.`);
