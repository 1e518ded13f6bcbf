import { Stalled, Waiting } from '@hearth/runtime';

/** How long until something is tried again that only a person can mend, in milliseconds. */
const recheck = 300_000;

/** What a provider was asked, for sentences. */
export interface Doing {
  /** As a sentence names it: `App home/identity`. */
  readonly provider: string;
  /** What was being done: `making client "home-rss-sso"`. */
  readonly what: string;
}

/** A provider that doesn't answer. `how` completes "it …". */
export const unanswered = ({ provider, what }: Doing, how: string): Waiting =>
  new Waiting('ProviderUnreachable', `${provider} doesn’t answer (${what}: it ${how}).`);

/**
 * A provider that answers, and not what was hoped for.
 * @param said its own words; nothing that was sent.
 */
export function refused({ provider, what }: Doing, status: number, said: string): Waiting | Stalled {
  const answer = said === '' ? `it answered ${status}` : `it answered ${status}, ${said}`;
  if (status === 401 || status === 403) {
    const message = `${provider} refuses Hearth’s admin account (${what}: ${answer}).`;
    return new Stalled('AdminRefused', message, { after: recheck });
  }
  if (status >= 500 || status === 408 || status === 429) {
    return new Waiting('ProviderFailed', `${provider} can’t do it now (${what}: ${answer}).`);
  }
  if (status === 409)
    return new Waiting('Raced', `${provider} was changed in the meantime (${what}: ${answer}).`);
  return new Stalled('ProviderRefused', `${provider} refuses this (${what}: ${answer}).`, { after: recheck });
}

/** What is done by a step, for sentences. */
export const describe = (step: 'make' | 'mend' | 'remove', id: string): string => {
  const words = { make: 'making', mend: 'setting right', remove: 'removing' };
  return `${words[step]} client "${id}"`;
};
