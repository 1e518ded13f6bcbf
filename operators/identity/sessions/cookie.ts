/** The cookie of a browser in which somebody is signed in to identity; `__Host-` binds it to this very host. */
export const SESSION_COOKIE = '__Host-hearth-identity';

/** Which values a `Cookie` header gives a name, first come first; mostly one. */
export function cookieValues(header: string | undefined, name: string): readonly string[] {
  if (header === undefined) return [];
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** A `Set-Cookie` header for a `__Host-` cookie; without `maxAge` it goes with the browser, with 0 at once. */
export function hostCookie(name: string, value: string, maxAgeSeconds?: number): string {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`;
}
