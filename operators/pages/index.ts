export { assetRoutes } from './asset-routes.ts';
export { type Asset, type Assets, assetPath, readAssets } from './assets.ts';
export { banner, type Entry, navigation, signOut } from './banner.ts';
export { documentOf } from './document.ts';
export { clock, drawing, leave, tick } from './drawings.ts';
export { embedded, type Html, href, html, markupOf, type Part, trusted } from './html.ts';
