import { readAssets } from '@hearth/pages';

/** The files that pages load. */
export const assets = readAssets({
  under: '/-/assets',
  folder: import.meta.dirname,
  styles: ['parts', 'story', 'graph', 'small'].map((name) => `style/${name}.css`),
});
