import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Fields } from '../fields.ts';

const folder = join(import.meta.dirname, '../../../../crds/testing/maximal');

const objects = readdirSync(folder).map((file) => load(readFileSync(join(folder, file), 'utf8')) as Fields);

/** Objects of a kind that together have every field that it can have. */
export const maximal = (kind: string): readonly Fields[] => objects.filter((object) => object.kind === kind);
