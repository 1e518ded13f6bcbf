/**
 * Where a person goes on after signing in: a path of this host, never another's address. Browsers read `//host`,
 * `/\host` and tabs inside as the beginning of a host, so the address is resolved as they do and compared.
 */
export function onward(to: unknown, issuer: string, otherwise = '/'): string {
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, issuer)) return otherwise;
  const { origin, pathname, search } = new URL(to, issuer);
  return origin === new URL(issuer).origin && !pathname.startsWith('//') ? pathname + search : otherwise;
}

/** The sign-in page, which then goes on to `to`; `again`: although they are signed in. */
export const signInPath = (to: string, { again = false }: { readonly again?: boolean } = {}): string =>
  `/sign-in?to=${encodeURIComponent(to)}${again ? '&again=1' : ''}`;

/** Pages on which people get a second way in: who has none may go there at once. */
const BEFORE_SAFETY = /^\/(enrol\/safety|recovery-codes)\b/;

/** The page that asks for a second way in, and then goes on to `to`; or `to`, where it leads there by itself. */
export const safetyPath = (to: string): string =>
  BEFORE_SAFETY.test(to) ? to : `/enrol/safety?to=${encodeURIComponent(to)}`;
