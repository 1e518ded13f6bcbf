import { type Assets, assetPath } from './assets.ts';
import { type Html, html, markupOf } from './html.ts';

/** What a page is made of. */
interface Content {
  /** Names it in the browser’s tab. */
  readonly title: string;
  /** `narrow`: one thing to do or to read. `wide`: something to look through. */
  readonly width: 'narrow' | 'wide';
  readonly assets: Assets;
  /** What its head has beside what every page’s has. */
  readonly head?: Html | undefined;
  readonly banner: Html;
  readonly main: Html;
}

/** A whole document, in the look that all of Hearth’s pages have. */
export const documentOf = ({ title, width, assets, head, banner, main }: Content): string =>
  markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Hearth</title>
<link rel="icon" href="${assetPath(assets, 'icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetPath(assets, 'style.css')}">
${head}
</head>
<body class="${width}">
<a class="skip" href="#main">Skip to the content</a>
${banner}
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`);
