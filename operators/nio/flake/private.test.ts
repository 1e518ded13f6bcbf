import { afterAll, beforeAll, expect, test } from 'vitest';
import { gitOverHttp } from './git-http.ts';
import type { RepositoryCredentials } from './source.ts';
import { loopbackCertificate } from './testing/certificate.ts';
import { type GitServer, startGitServer } from './testing/git-server.ts';

const mine = { username: 'me', password: 'p:ss wörd' };
const never = new AbortController().signal;
let server: GitServer;
let authority: string;
let commit: string;

beforeAll(async () => {
  const { cert, key } = await loopbackCertificate();
  authority = cert;
  server = await startGitServer({ cert, key });
  server.create('home');
  commit = server.commit('home', 'main');
  server.intercept = ({ headers }, response) => {
    const expected = `Basic ${Buffer.from(`${mine.username}:${mine.password}`).toString('base64')}`;
    if (headers.authorization === expected) return false;
    response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    return true;
  };
});
afterAll(() => server?.close());

const resolve = (credentials?: RepositoryCredentials, trusted: string | undefined = authority) =>
  gitOverHttp(trusted === undefined ? {} : { authority: trusted }).resolve(
    { url: `git+${server.url}/home.git`, ref: 'main' },
    credentials,
    never,
  );

test('a private repository answers whoever has its credentials', async () => {
  expect(await resolve(mine)).toBe(commit);
});

test('without them, a person is told what is missing', async () => {
  await expect(resolve()).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'Private',
    message: expect.stringContaining('spec.credentialsRef'),
  });
});

test('wrong ones are said to be wrong, and not told', async () => {
  const error = await resolve({ username: 'me', password: 'a secret' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Stalled', reason: 'CredentialsRefused' });
  expect(JSON.stringify(error) + String(error)).not.toContain('a secret');
});

test('nobody gets them whose certificate is not to be trusted', async () => {
  let asked = 0;
  const intercept = server.intercept;
  server.intercept = (...given) => {
    asked++;
    return intercept(...given);
  };
  const { cert: another } = await loopbackCertificate();
  await expect(resolve(mine, another)).rejects.toMatchObject({
    name: 'Stalled',
    reason: 'CertificateRefused',
  });
  expect(asked).toBe(0);
  server.intercept = intercept;
});
