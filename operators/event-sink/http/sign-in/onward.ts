/**
 * Where a person goes on: a path of this host, never another’s address. Browsers read `//host`, `/\host` and tabs inside
 * as the beginning of a host, so the address is resolved as they do, and compared.
 */
export function onwardPath(to: string | undefined, base: string): string {
  if (to === undefined || !to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const { origin, pathname, search } = new URL(to, base);
  // The way in and the way out lead nowhere else.
  const isLoop = /^\/-\/sign-(in|out)(\/|$)/.test(pathname);
  return origin === new URL(base).origin && !pathname.startsWith('//') && !isLoop ? pathname + search : '/';
}
