import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gitOverHttp } from './git-http.ts';
import type { RepositoryCredentials } from './source.ts';
import { type GitServer, type Serving, startGitServer } from './testing/git-server.ts';

let server: GitServer;
const commits: Record<string, string> = {};
const never = new AbortController().signal;
const source = gitOverHttp({ patience: 5_000 });

beforeAll(async () => {
  server = await startGitServer();
  server.create('home');
  commits.main = server.commit('home', 'main');
  commits.next = server.commit('home', 'feature/next');
  server.git('home', 'tag', 'plain', commits.main);
  server.git('home', '-c', 'tag.gpgSign=false', 'tag', '-a', '-m', 'first', 'v1', commits.next);
  server.git('home', 'tag', 'main', commits.next);
  server.git('home', 'update-server-info');
  server.create('empty');
  server.git('empty', 'update-server-info');
});
afterAll(() => server?.close());
afterEach(() => {
  server.serving = 'version 2';
  server.intercept = () => false;
});

const resolve = (ref?: string, name = 'home', credentials?: RepositoryCredentials) =>
  source.resolve({ url: `git+${server.url}/${name}.git`, ref }, credentials, never);

/** Answers everything with this status. */
const answer = (status: number, headers = {}, body = '') => {
  server.intercept = (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
};

describe.each<Serving>(['version 2', 'version 0', 'plain'])(
  'a repository that is served in %s',
  (serving) => {
    it.each([
      ['its own choice', undefined, 'main'],
      ['a branch', 'feature/next', 'next'],
      ['a tag', 'plain', 'main'],
      ['the commit of a tag that is an object', 'v1', 'next'],
      ['a branch before a tag of the same name', 'main', 'main'],
      ['a full name', 'refs/tags/main', 'next'],
    ])('gives %s', async (_, ref, commit) => {
      server.serving = serving;
      expect(await resolve(ref)).toBe(commits[commit]);
    });

    it('says that there is no such branch', async () => {
      server.serving = serving;
      await expect(resolve('ma')).rejects.toMatchObject({
        name: 'Stalled',
        reason: 'NoSuchRef',
        message: expect.stringContaining('neither a branch nor a tag called ma'),
      });
    });

    it('says that it is empty', async () => {
      server.serving = serving;
      await expect(resolve(undefined, 'empty')).rejects.toMatchObject({
        name: 'Stalled',
        message: expect.stringContaining('empty'),
      });
    });
  },
);

it('presents credentials to nobody who could read them on the way', async () => {
  let asked = 0;
  server.intercept = () => ++asked > 0 && false;
  await expect(resolve('main', 'home', { username: 'me', password: 'secret' })).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'NotEncrypted',
  });
  expect(asked).toBe(0);
});

it('goes where a repository has moved to on its host', async () => {
  server.intercept = ({ url = '' }, response) => {
    if (!url.startsWith('/former.git/')) return false;
    response.writeHead(301, { location: url.replace('former', 'home') }).end();
    return true;
  };
  expect(await resolve('main', 'former')).toBe(commits.main);
});

it.each([
  ['to another host', 'https://example.org/home.git/info/refs', /sends to example\.org/],
  ['to another port', 'http://127.0.0.1:1/home.git/info/refs', /sends to 127\.0\.0\.1:1/],
  ['to a file', 'file:///etc/passwd', /sends to somewhere/],
])('does not follow %s', async (_, location, sentence) => {
  answer(302, { location });
  await expect(resolve('main')).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'Redirected',
    message: expect.stringMatching(sentence),
  });
});

it('does not go round in circles', async () => {
  let asked = 0;
  server.intercept = ({ url = '' }, response) => {
    asked++;
    response.writeHead(302, { location: url }).end();
    return true;
  };
  await expect(resolve('main')).rejects.toMatchObject({ reason: 'NoRepository' });
  expect(asked).toBe(4);
});

it.each([
  [401, 'Stalled', 'Private'],
  [403, 'Stalled', 'Private'],
  [404, 'Stalled', 'NoRepository'],
  [410, 'Stalled', 'NoRepository'],
  [418, 'Stalled', 'NoRepository'],
  [429, 'Waiting', 'TooOften'],
  [500, 'Waiting', 'NoAnswer'],
  [503, 'Waiting', 'NoAnswer'],
])('makes a sentence of %i', async (status, name, reason) => {
  answer(status, {}, 'secret of the server');
  const error = await resolve('main').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name, reason });
  expect(String(error)).not.toContain('secret of the server');
});

it.each([
  ['a page', 'text/html', '<html>hello</html>'],
  ['what only says that it is git', 'application/x-git-upload-pack-advertisement', 'hello'],
])('does not take %s for a repository', async (_, type, body) => {
  answer(200, { 'content-type': type }, body);
  await expect(resolve('main')).rejects.toMatchObject({
    reason: 'NoRepository',
    message: expect.stringContaining('not a git repository'),
  });
});

it('does not read without end', async () => {
  const short = gitOverHttp({ longest: 1_000 });
  answer(200, { 'content-type': 'text/plain' }, 'x'.repeat(5_000));
  const asked = short.resolve({ url: `git+${server.url}/home.git` }, undefined, never);
  await expect(asked).rejects.toMatchObject({ name: 'Stalled', reason: 'TooLong' });
});

it('does not wait without end', async () => {
  const hasty = gitOverHttp({ patience: 200 });
  server.intercept = () => true;
  const asked = hasty.resolve({ url: `git+${server.url}/home.git` }, undefined, never);
  await expect(asked).rejects.toMatchObject({
    name: 'Waiting',
    message: expect.stringContaining('did not answer within 0.2 seconds'),
  });
});

it('says that nobody is there', async () => {
  const asked = source.resolve({ url: 'git+http://127.0.0.1:1/home.git' }, undefined, never);
  await expect(asked).rejects.toMatchObject({
    name: 'Waiting',
    message: expect.stringMatching(/can’t be reached \(ECONNREFUSED\)/),
  });
});

it('asks nobody over SSH', async () => {
  const asked = source.resolve({ url: 'git+ssh://git@example.org/home.git' }, undefined, never);
  await expect(asked).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'RevisionNeeded',
    message: expect.stringContaining('spec.flake.revision'),
  });
});
