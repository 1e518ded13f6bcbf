import { testAccessibility } from '@hearth/pages/testing/accessibility';
import { expect, it } from 'vitest';
import { guard } from '../guard.ts';
import { assets } from './assets.ts';
import { gallery } from './testing/gallery.ts';

const { visit } = testAccessibility({ gallery, assets, prepare: (server) => guard(server, {}) });

it('all of a page can be reached by the keyboard, in the order in which it is read', async () => {
  const page = await visit('resource');
  const stops = await page.locator('a[href], button, textarea, [tabindex="0"]').count();
  const places: number[] = [];
  for (let stop = 0; stop < stops; stop++) {
    await page.keyboard.press('Tab');
    const place = await page.evaluate(
      '[...document.querySelectorAll("a[href], button, textarea, [tabindex=\\"0\\"]")].indexOf(document.activeElement)',
    );
    places.push(Number(place));
  }
  expect(places).toEqual(Array.from({ length: stops }, (_, index) => index));
  await page.close();
});
