import { Stalled } from '@hearth/runtime';

/** Where the repository of a flake is, over HTTP. */
export interface Repository {
  /** Without a slash at its end. */
  readonly url: URL;
  /** How it is called in sentences: as the resource has it. */
  readonly name: string;
}

/** The repository of a flake’s URL. @throws Stalled where NIO does not speak what it asks for. */
export function repositoryOf(flakeUrl: string): Repository {
  if (flakeUrl.startsWith('github:')) {
    return { url: new URL(`https://github.com/${flakeUrl.slice('github:'.length)}`), name: flakeUrl };
  }
  if (/^git\+https?:/.test(flakeUrl)) {
    const url = new URL(flakeUrl.slice('git+'.length));
    url.pathname = url.pathname.replace(/\/+$/, '');
    return { url, name: flakeUrl };
  }
  throw new Stalled(
    'RevisionNeeded',
    `Which commit a branch of ${flakeUrl} is at can only be asked over SSH, which only the machines speak: give the ` +
      'commit as spec.flake.revision, or the repository’s address as git+https://….',
  );
}

/** An address below a repository, with its query. */
export function below({ url }: Repository, path: string): URL {
  const [pathname, query = ''] = path.split('?');
  const result = new URL(url);
  result.pathname = `${url.pathname.replace(/\/+$/, '')}/${pathname}`;
  result.search = query;
  return result;
}
