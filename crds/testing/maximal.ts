import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HearthResource } from '@hearth/domain';
import { load } from 'js-yaml';

type Fields = Readonly<Record<string, unknown>>;

const folder = join(import.meta.dirname, 'maximal');

/** Objects that together have every field of every kind; `coverage.ts` tells whether they do. */
export const maximalObjects: readonly (readonly [file: string, object: HearthResource<Fields, Fields>])[] =
  readdirSync(folder).map((file) => [
    file,
    load(readFileSync(join(folder, file), 'utf8')) as HearthResource<Fields, Fields>,
  ]);
