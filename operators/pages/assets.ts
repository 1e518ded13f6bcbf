import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

/** A file that pages load. */
export interface Asset {
  readonly name: string;
  /** Its media type, with the charset. */
  readonly type: string;
  readonly body: Uint8Array;
}

/** The files that a host’s pages load, each at `UNDER/RELEASE/NAME`. */
export interface Assets {
  /** The folder of all releases: `/assets`. */
  readonly under: string;
  /** Names what they all are together: a page never gets a style or a script that belongs to another release. */
  readonly release: string;
  readonly files: readonly Asset[];
}

/** What the pages of one host load beside what all of Hearth’s pages do. */
interface Own {
  readonly under: string;
  /** Absolute path of the folder that holds the rest. */
  readonly folder: string;
  /** Paths of styles there, which follow those of all pages. */
  readonly styles: readonly string[];
  /** Paths of other files there; the name of each is its last part. */
  readonly others?: readonly string[];
}

const SHARED_STYLES = ['style/base.css', 'style/frame.css', 'style/buttons.css'];

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Reads the files that pages load: `style.css`, which is all styles in one, `icon.svg`, and the host’s own.
 * @throws Error where a file is not there, or is of a type that no page loads.
 */
export function readAssets({ under, folder, styles, others = [] }: Own): Assets {
  const files = [
    asset('style.css', Buffer.concat([...read(import.meta.dirname, SHARED_STYLES), ...read(folder, styles)])),
    ...[join(import.meta.dirname, 'icon.svg'), ...others.map((path) => join(folder, path))].map((path) =>
      asset(basename(path), readFileSync(path)),
    ),
  ];
  return { under, release: releaseOf(files), files };
}

/** The address of one of them. */
export const assetPath = ({ under, release }: Assets, name: string): string => `${under}/${release}/${name}`;

const read = (folder: string, paths: readonly string[]): readonly Buffer[] =>
  paths.map((path) => readFileSync(join(folder, path)));

function asset(name: string, body: Uint8Array): Asset {
  const type = TYPES[extname(name)];
  if (type === undefined) throw new Error(`Pages load no files like ${name}: its media type is not known.`);
  return { name, type, body };
}

const releaseOf = (files: readonly Asset[]): string =>
  files
    .reduce(
      (hash, { name, body }) => hash.update(`${name} ${body.length} `).update(body),
      createHash('sha256'),
    )
    .digest('hex')
    .slice(0, 12);
