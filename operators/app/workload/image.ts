import type { Home } from '@hearth/domain';

/**
 * The image to pull for `image`, as the home's overrides say: the one of that very name, else the longest
 * beginning (a name ending in `/`) that it has.
 */
export function overriddenImage(image: string, home: Home | undefined): string {
  const overrides = home?.spec.imageOverrides ?? [];
  const exact = overrides.find(({ name }) => name === image);
  if (exact) return exact.image;
  const mirror = overrides
    .filter(({ name }) => name.endsWith('/') && image.startsWith(name))
    .reduce<{ name: string; image: string } | undefined>(
      (longest, each) => (longest && longest.name.length >= each.name.length ? longest : each),
      undefined,
    );
  return mirror ? mirror.image + image.slice(mirror.name.length) : image;
}
