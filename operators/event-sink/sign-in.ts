import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { HomeFacts } from './home.ts';
import { createSignIn } from './http/sign-in/openid-sign-in.ts';
import type { SignIn } from './http/sign-in/sign-in.ts';
import { fetchTrusting } from './http/sign-in/trust.ts';

/** What the sink is at the home's identity provider: the binding of its SSOClient. */
export interface Binding {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How often is looked whether the binding is another, in milliseconds. The kubelet takes a minute or so to bring one. */
const OFTEN = 5_000;

/** Reads the binding from where its Secret is mounted; undefined while there is none: the home has no identity, or not yet. */
export async function readBinding(folder: string): Promise<Binding | undefined> {
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');
  const [issuer = '', clientId = '', clientSecret = ''] = await Promise.all(
    ['issuer', 'clientId', 'clientSecret'].map(read),
  );
  return issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : undefined;
}

/** Resolves with true when the binding is no longer this one, and with false when the signal was given. */
export async function awaitBinding(
  folder: string,
  known: Binding | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    await pause(clock, OFTEN, signal);
    if (signal.aborted) return false;
    if (!isDeepStrictEqual(await readBinding(folder), known)) return true;
  }
}

/** How people sign in by a binding. What their browsers keep is sealed with a key of the salt's, for this alone. */
export const signInBy = (
  binding: Binding,
  { base, authority }: HomeFacts,
  salt: Buffer,
  clock: Clock,
): SignIn =>
  createSignIn({
    ...binding,
    base,
    key: Buffer.from(hkdfSync('sha256', salt, '', 'sign-in', 32)),
    clock,
    ...(authority !== undefined && { fetch: fetchTrusting(authority) }),
  });
