import { Agent, fetch as fetchWith } from 'undici';

/** `fetch` that trusts an authority, in PEM, and no other. */
export function fetchTrusting(authority: string): typeof fetch {
  const dispatcher = new Agent({ connect: { ca: authority } });
  const trusting = (input: string | URL, init?: object) => fetchWith(input, { ...init, dispatcher });
  return trusting as unknown as typeof fetch;
}
