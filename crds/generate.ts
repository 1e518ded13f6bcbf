import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartFiles } from '../charts/generate.ts';
import { admissionDocument } from '../e2e/admission/document.ts';
import { crdFiles } from './files.ts';
import { referenceFile } from './reference.ts';

const root = join(import.meta.dirname, '..');

/** Writes what differs. With `--check` writes nothing, names what differs, and exits with 1 if anything does. */
async function main(check: boolean): Promise<void> {
  const files = [...crdFiles(), ...(await chartFiles()), referenceFile(), admissionDocument()];
  const stale = files.filter(({ path, content }) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== content;
  });
  for (const { path, content } of stale) {
    if (check) {
      console.error(`${path} is not what "npm run generate" writes`);
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.error(`wrote ${path}`);
  }
  if (check && stale.length > 0) process.exitCode = 1;
}

await main(process.argv.includes('--check'));
