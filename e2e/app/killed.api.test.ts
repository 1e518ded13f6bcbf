import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { App, Plan } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { asApp, inventory } from '../../operators/app/database/testing/server.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { openTestHome, type TestHome } from './home.ts';
import { appIsReady, childrenOfApp, generations, textOf } from './looking.ts';
import { app, gatewayApp, postgresApp } from './objects.ts';

let home: TestHome;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome({ suite: false }), startPostgres()]);
  await home.client.apply(gatewayApp(home.gatewayPort), ...postgresApp(server));
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

/** The operators as they are run, in a process of their own; `kill` ends it without a word. */
function startOperators(): { ready(): Promise<void>; kill(): Promise<void> } {
  const program = join(import.meta.dirname, '../../operators/main.ts');
  const flags = ['--controllers=app', '--kubeconfig', home.kubeconfig, '--no-leader-elect', '--http-port=0'];
  const running = execa('setpriv', ['--pdeathsig=KILL', '--', process.execPath, program, ...flags], {
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const { promise: filled, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  // To its end, also when nothing more is expected: a log that nobody reads blocks who writes it.
  running.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.includes('caches are filled')) resolve();
  });
  void running.then(() => reject(new Error(`the operators ended: ${said.slice(-1_000)}`)));
  return {
    ready: () => filled,
    async kill() {
      running.kill('SIGKILL');
      await running;
    },
  };
}

/** What an App came to, whoever made it and when. */
async function outcomeOf(name: string): Promise<object> {
  const [found, children, plans] = await Promise.all([
    home.client.get(App, { namespace: 'home', name }),
    childrenOfApp(home.client, name),
    home.client.list(Plan, 'home', `app.kubernetes.io/instance=${name}`),
  ]);
  const { status } = found ?? {};
  const outcome = {
    url: status?.url,
    version: status?.version,
    bindings: status?.bindings?.map(({ name: slot, state, providerRef }) => ({ slot, state, providerRef })),
    conditions: status?.conditions?.map(({ type, status: is, reason }) => ({ type, is, reason })),
    children: children.map(textOf).sort(),
    plans: plans.map(({ status: { phase } = {} }) => phase),
  };
  return JSON.parse(JSON.stringify(outcome).replaceAll(name, 'NAME'));
}

test('killed at five moments of an installation, the operators come to the same end', async () => {
  const moments = Array.from({ length: 5 }, () => Math.round(Math.random() * 700));
  await home.client.apply(app('rss', 'miniflux'));
  for (const moment of moments) {
    const operators = startOperators();
    await operators.ready();
    await pause(moment);
    await operators.kill();
  }
  const operators = startOperators();
  await appIsReady(home.client, { namespace: 'home', name: 'rss' });
  await home.client.apply(app('uncut', 'miniflux'));
  await appIsReady(home.client, { namespace: 'home', name: 'uncut' });
  await pause(1_000);
  await operators.kill();

  const told = `killed after ${moments.join(', ')} ms`;
  expect(await outcomeOf('rss'), told).toEqual(await outcomeOf('uncut'));
  expect(await generations(home.client), told).toEqual({
    rss: 1,
    'rss-fetcher': 1,
    uncut: 1,
    'uncut-fetcher': 1,
  });
  expect(await inventory(server), told).toEqual({
    databases: ['home_rss_db', 'home_uncut_db', 'postgres'],
    roles: ['home_rss_db', 'home_uncut_db', 'postgres'],
  });
  const binding = decodeSecret(await home.client.get(Secret, { namespace: 'home', name: 'rss-db-binding' }));
  expect(await asApp(server, binding, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
}, 180_000);
