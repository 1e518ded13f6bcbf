import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asset } from './views.ts';

const STYLES = ['base', 'frame', 'parts', 'story', 'graph', 'small'];

const read = (...path: readonly string[]): Buffer => readFileSync(join(import.meta.dirname, ...path));

const files: readonly Asset[] = [
  {
    name: 'style.css',
    type: 'text/css; charset=utf-8',
    body: Buffer.concat(STYLES.map((name) => read('style', `${name}.css`))),
  },
  { name: 'icon.svg', type: 'image/svg+xml', body: read('icon.svg') },
];

/** Names what they all are together: a page never gets a style that belongs to another release. */
const release = files
  .reduce((hash, { name, body }) => hash.update(`${name} ${body.length} `).update(body), createHash('sha256'))
  .digest('hex')
  .slice(0, 12);

/** The files that pages load, by names that change with any of them: `RELEASE-style.css`. */
export const assets: readonly Asset[] = files.map((file) => ({ ...file, name: `${release}-${file.name}` }));

/** The address of a file: `/-/assets/RELEASE-style.css`. */
export const assetPath = (name: string): string => `/-/assets/${release}-${name}`;
