import { readAssets } from '@hearth/pages';

const SCRIPTS = ['page', 'form', 'passkeys', 'sign-in', 'enrol'];

/** The files that pages load. */
export const assets = readAssets({
  under: '/assets',
  folder: import.meta.dirname,
  styles: ['cards', 'forms', 'pages', 'small'].map((name) => `style/${name}.css`),
  others: [...SCRIPTS.map((name) => `scripts/${name}.js`), 'home.webmanifest'],
});
