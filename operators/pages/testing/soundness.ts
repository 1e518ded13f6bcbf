import { describe, expect, it } from 'vitest';
import { type Assets, assetPath } from '../assets.ts';
import type { Gallery } from './exhibition.ts';

/** All values of an attribute in a page. */
export const valuesOf = (page: string, attribute: string): string[] =>
  [...page.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

const moduleScript = (path: string): string => `<script type="module" src="${path}"></script>`;

/** Tests that every page of the gallery is one that the policy lets work, and that reads well aloud. */
export function testSoundness(gallery: Gallery, assets: Assets): void {
  const paths = assets.files.map(({ name }) => assetPath(assets, name));

  describe.each(Object.entries(gallery))('%s', (_name, show) => {
    const page = show();

    it('has no script, style or handler of its own, which the policy forbids', () => {
      expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
      const withoutFiles = paths.reduce((rest, path) => rest.replaceAll(moduleScript(path), ''), page);
      expect(withoutFiles).not.toMatch(/<script/i);
    });

    it('loads only files that there are', () => {
      const loaded = [...valuesOf(page, 'src'), ...valuesOf(page, 'href')].filter((path) =>
        path.startsWith(`${assets.under}/`),
      );
      expect(loaded).toContain(assetPath(assets, 'style.css'));
      expect(paths).toEqual(expect.arrayContaining(loaded));
    });

    it('says what it is once, in one main part', () => {
      expect(page.match(/<h1>/g)).toHaveLength(1);
      expect(page.match(/<main /g)).toHaveLength(1);
      expect(page).toMatch(/<title>[^<]+ · Hearth<\/title>/);
    });

    it('names each element at most once', () => {
      const ids = valuesOf(page, 'id');
      expect(new Set(ids).size).toBe(ids.length);
    });
  });
}
