import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, type Database, formatPlan, type Home, type Plan } from '@hearth/domain';
import { execa } from 'execa';
import { waitForApp } from '../bootstrap/apps/lifecycle.ts';
import { type Kubectl, kubectlFor } from '../bootstrap/kubectl.ts';
import { ensureTools } from '../bootstrap/local/native/toolchain.ts';
import { elapsed } from '../bootstrap/terminal.ts';
import { visit } from './harness/https.ts';

/*
 * The main job of Hearth on this machine: a real cluster comes up, one App is applied, and a third-party app
 * answers over HTTPS with a database of its own. Running it again changes nothing.
 */

const root = join(import.meta.dirname, '..');
const example = join(root, 'docs/examples/rss.yaml');
const app = { namespace: 'home', name: 'rss' };

interface Up {
  readonly kubeconfig: string;
  readonly address: string;
  readonly seconds: number;
}

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** Runs kiko as a person would; gives what it prints. */
async function kiko(...args: string[]): Promise<string> {
  const { stdout } = await execa('node', [join(root, 'bootstrap/kiko.ts'), ...args], {
    cwd: root,
    preferLocal: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return stdout;
}

/** Brings the home up, with what this machine can't pull built here. */
async function up(): Promise<Up> {
  const images = join(root, 'e2e/images/images.ts');
  return JSON.parse(await kiko('up', '--local', '--demo', '--images', images, '-o', 'json')) as Up;
}

/** Waits until the app's address gives a page. The name is dialled as a hosts entry would have it. */
async function firstPage(url: string, ca: string, address: string): Promise<number> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await visit(url, { ca, address }).catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status === 200) return answer.body.length;
    if (performance.now() > deadline) {
      const said = answer instanceof Error ? answer.message : `status ${answer.status}`;
      throw new Error(`${url} gives no page: ${said}`);
    }
    await pause(100);
  }
}

async function get<T>(kubectl: Kubectl, ...args: string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as T;
}

async function demo(): Promise<void> {
  const { kubeconfig, address, seconds } = await up();
  const tools = await ensureTools(['kubectl'], () => undefined);
  const kubectl = kubectlFor(tools.kubectl, kubeconfig);
  say(`\nThe home is up (${seconds} s). Now one App is applied:\n`);
  say(`  kubectl apply -f docs/examples/rss.yaml`);

  const start = performance.now();
  await kubectl(['apply', '-f', example]);
  const ready = await waitForApp(kubectl, app.name, app.namespace, () => undefined, 300);
  const home = await get<Home>(kubectl, 'home', 'home');
  const url = ready.status?.url ?? '';
  const bytes = await firstPage(url, home.status?.certificateAuthority ?? '', address);
  const took = performance.now() - start;

  await story(kubectl, ready);
  say(
    `\n${url} answers 200 (${bytes} bytes), ${elapsed(took)} after the apply, with a certificate of the home’s own authority.`,
  );
  await tale();
  next(url, address, kubeconfig, home.spec.domain);
}

/** What the event sink has to tell of it. */
async function tale(): Promise<void> {
  for (const question of [
    ['why', `app/${app.name}`],
    ['events', '--of', `app/${app.name}`],
  ]) {
    say(`\nnpm run kiko -- ${question.join(' ')}\n\n${indent(await kiko(...question))}`);
  }
}

/** What was made because of the one App, and why. */
async function story(kubectl: Kubectl, ready: App): Promise<void> {
  const plan = await get<Plan>(kubectl, 'plan', ready.status?.plan ?? '', '-n', app.namespace);
  say(`\n${indent(formatPlan(plan.spec).trimEnd())}\n`);
  const { items } = await get<{ items: Database[] }>(kubectl, 'databases', '-n', app.namespace);
  for (const { metadata, spec, status } of items) {
    say(
      `Database ${metadata.namespace}/${metadata.name} is ${status?.database} in ${spec.providerRef.namespace}/${spec.providerRef.name}, ` +
        `under its own role ${status?.username}.`,
    );
  }
  say(`\n${indent(await kubectl(['get', 'hearth', '-A']))}`);
}

function next(url: string, address: string, kubeconfig: string, domain: string): void {
  const { hostname } = new URL(url);
  const password = `kubectl get secret -n ${app.namespace} ${app.name}-secrets -o go-template='{{index .data "admin-password" | base64decode}}'`;
  say(`
To open it in a browser here, add one line to /etc/hosts and trust the authority once:
  ${address} ${hostname} ${domain}
  kubectl get home home -o jsonpath='{.status.certificateAuthority}'
Sign in as admin; the password:
  ${password}
To read its story in a browser, too, at https://${domain}/${app.namespace}/apps.apps.hearth.dev/${app.name}, the home needs people:
  npm run kiko -- install identity -n hearth-providers
  npm run kiko -- user add you --groups family
  make demo
  kubectl apply -f docs/examples/family-looks.yaml
To use kubectl:
  export KUBECONFIG=${kubeconfig}
One more app, and all of it gone again:
  npm run kiko -- install actual
  make down`);
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

await demo().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
