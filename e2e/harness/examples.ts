import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

const root = join(import.meta.dirname, '../..');

/** A piece of a page that a reader may copy. */
export interface Example {
  /** `docs/operations.md:12`, for a test that fails. */
  readonly place: string;
  readonly text: string;
}

/** The pages that people read. */
async function pages(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)].toSorted();
}

/** The blocks of all pages that are in that language. */
export async function blocks(language: string): Promise<Example[]> {
  const found: Example[] = [];
  for (const page of await pages()) {
    const text = await readFile(join(root, page), 'utf8');
    for (const match of text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))) {
      const line = text.slice(0, match.index).split('\n').length;
      found.push({ place: `${page}:${line}`, text: match[1] ?? '' });
    }
  }
  return found;
}

/** The files that pages have people apply. */
async function manifests(): Promise<Example[]> {
  const names = (await readdir(join(root, 'docs/examples'))).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const place = `docs/examples/${name}`;
      return { place, text: await readFile(join(root, place), 'utf8') };
    }),
  );
}

/** Every object that stands in a page whole, or in a file beside it. */
export async function exampleObjects(): Promise<{ place: string; object: { kind: string } }[]> {
  const all = [...(await blocks('yaml')), ...(await manifests())];
  return all.flatMap(({ place, text }) =>
    (loadAll(text) as { kind: string }[]).map((object) => ({ place, object })),
  );
}

/** Every command line that stands in a page, without what a comment says of it. */
export async function exampleCommands(): Promise<Example[]> {
  const all = await blocks('sh');
  return all.flatMap(({ place, text }) =>
    text
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter(Boolean)
      .map((line) => ({ place, text: line })),
  );
}
