import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What takes many megabytes, and few homes have a use for. */
const heavy = ['@keycloak/keycloak-admin-client', '@goauthentik/api', 'ldapts'];

/** Loads the App slice in a process of its own, and prints what that loaded. */
const program = `
  import { registerHooks } from 'node:module';
  const loaded = new Set();
  registerHooks({ resolve: (name, context, next) => (loaded.add(name), next(name, context)) });
  await import('@hearth/app');
  console.log(JSON.stringify([...loaded]));
`;

it('loads no client of a product that isn’t there', { timeout: 60_000 }, async () => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
  });
  const loaded: string[] = JSON.parse(stdout);
  expect(loaded).toContain('./sso/controller.ts');
  expect(loaded.filter((name) => heavy.some((one) => name.startsWith(one)))).toEqual([]);
});
