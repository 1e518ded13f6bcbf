import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asset } from './views.ts';

const TYPES = {
  'style.css': 'text/css; charset=utf-8',
  'sign-in.js': 'text/javascript; charset=utf-8',
  'enrol.js': 'text/javascript; charset=utf-8',
  'passkeys.js': 'text/javascript; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'home.webmanifest': 'application/manifest+json',
} as const;

/** A file that pages load, by the name it has in `assets/`. */
export type AssetName = keyof typeof TYPES;

const files = Object.entries(TYPES).map(([name, type]) => ({
  name,
  type,
  body: readFileSync(join(import.meta.dirname, 'assets', name)),
}));

/** Names what they all are together: a page never gets a script that belongs to another release. */
const release = files
  .reduce(
    (hash, { name, body }) => hash.update(`${name}\0${body.length}\0`).update(body),
    createHash('sha256'),
  )
  .digest('hex')
  .slice(0, 12);

/** The files that pages load, under a folder that changes with any of them: `RELEASE/style.css`. */
export const assets: readonly Asset[] = files.map((file) => ({ ...file, name: `${release}/${file.name}` }));

/** The address of a file. */
export const assetPath = (name: AssetName): string => `/assets/${release}/${name}`;
