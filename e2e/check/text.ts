/** A file of the repository. */
export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

const longestModule = 300;
const longestTest = 600;

/** Files that say more than one thing, by their length. */
export function tooLong(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /\.(ts|mjs)$/.test(path))
    .flatMap(({ path, content }) => {
      const bound = path.endsWith('.test.ts') ? longestTest : longestModule;
      const lines = content.split('\n').length - 1;
      return lines > bound ? [`${path} has ${lines} lines; a file of over ${bound} is usually two`] : [];
    });
}

/** Lines that hold a text which is of one machine and means nothing on another. */
export function machineBound(files: readonly SourceFile[], texts: readonly string[]): string[] {
  return files.flatMap(({ path, content }) =>
    texts.some((text) => content.includes(text)) ? linesWith(path, content, texts) : [],
  );
}

function linesWith(path: string, content: string, texts: readonly string[]): string[] {
  return content.split('\n').flatMap((line, index) => {
    const found = texts.find((text) => line.includes(text));
    return found === undefined ? [] : [`${path}:${index + 1} names ${found}, which is of this machine alone`];
  });
}

/** Folders in which anything may lie: their names say nothing about a machine. */
const everybodys = new Set(['/', '/tmp/', '/home/', '/root/', '/srv/', '/opt/', '/usr/src/', '/builds/']);

/** Where packages come from for everybody. */
const publicRegistries = new Set([
  'registry.npmjs.org',
  'proxy.golang.org',
  'pypi.org',
  'files.pythonhosted.org',
]);

/**
 * What is of this machine alone: where the checkout and what lies beside it is, and registries that others
 * can't reach.
 */
export function textsOfThisMachine(
  root: string,
  beside: readonly string[],
  registries: readonly string[],
): string[] {
  const parent = root.slice(0, root.lastIndexOf('/') + 1);
  const hosts = registries.flatMap((text) =>
    [...text.matchAll(/https?:\/\/(?:[^@/\s]*@)?([^/:,|\s]+)/g)].map(([, host = '']) => host),
  );
  return [
    root,
    ...(everybodys.has(parent)
      ? []
      : beside.map((name) => `${parent}${name}`).filter((path) => path !== root)),
    ...new Set(hosts.filter((host) => !publicRegistries.has(host))),
  ];
}
