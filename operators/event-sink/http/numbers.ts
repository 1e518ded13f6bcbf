import { badRequest } from './refusal.ts';

/** A whole number out of a query; undefined where it is not said. @throws Refusal where it is none, or out of bounds. */
function wholeNumber(name: string, text: string | null, least: number): number | undefined {
  if (text === null) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw badRequest(`“${name}” must be a whole number from ${least} on.`);
}

/** The event whose state is asked for. @throws Refusal where that event is yet to come. */
export function atOf(query: URLSearchParams, head: number): number | undefined {
  const at = wholeNumber('at', query.get('at'), 0);
  if (at !== undefined && at > head) {
    throw badRequest(`The log ends with event ${head}: ask for “at” up to that.`);
  }
  return at;
}

/** A stretch of the log. */
export interface Stretch {
  readonly after: number;
  readonly limit: number;
}

/** The most events of one page. */
const MOST = 1000;

/** The stretch of the log that is asked for. @throws Refusal */
export function stretchOf(query: URLSearchParams, usual: number): Stretch {
  const limit = wholeNumber('limit', query.get('limit'), 1) ?? usual;
  return { after: wholeNumber('after', query.get('after'), 0) ?? 0, limit: Math.min(limit, MOST) };
}

/** Before which event those are that are asked for. @throws Refusal */
export const beforeOf = (query: URLSearchParams): number | undefined =>
  wholeNumber('before', query.get('before'), 1);

/** Only of what is asked; undefined if all is. */
export const ofOf = (query: URLSearchParams): string | undefined => query.get('of') ?? undefined;
