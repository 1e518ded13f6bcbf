import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(import.meta.url);
const ours = new Map(
  ['typescript', 'typescript/package.json'].map((name) => [name, pathToFileURL(resolve(name)).href]),
);

/**
 * To be imported before dependency-cruiser, which reads TypeScript by the compiler's JavaScript API.
 * TypeScript 7 no longer has one, so it is given the last version that has: the one of this package.
 */
registerHooks({
  resolve(specifier, context, next) {
    const url = ours.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});
