import { join } from 'node:path';
import {
  type AccountsReport,
  type App,
  type Database,
  type EnrolmentReport,
  formatPlan,
  type Home,
  type Plan,
} from '@hearth/domain';
import { execa } from 'execa';
import { waitForApp } from '../bootstrap/apps/lifecycle.ts';
import { type Kubectl, kubectlFor } from '../bootstrap/kubectl.ts';
import { ensureTools } from '../bootstrap/local/native/toolchain.ts';
import { elapsed } from '../bootstrap/terminal.ts';
import { waitUntil } from '../bootstrap/waiting.ts';
import { type Answer, visit } from './harness/https.ts';

/*
 * The main job of Hearth on this machine: a real cluster comes up, one App is applied, and a third-party app
 * answers over HTTPS with a database of its own, and one sign-in for it and for the story of what happened. Running it
 * again changes nothing.
 */

const root = join(import.meta.dirname, '..');
const app = { namespace: 'home', name: 'rss' };
/** Who is to sign in. */
const person = 'you';

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

/** A home that is up, as a person's device knows it: its names are dialled as a hosts entry would have it. */
interface Place {
  readonly domain: string;
  readonly address: string;
  open(url: string): Promise<Answer>;
}

/** Waits until an address answers with one of these. */
async function answering({ open }: Place, url: string, ...expected: readonly number[]): Promise<Answer> {
  let last: Answer | Error | undefined;
  const probe = async () => {
    last = await open(url).catch((error: Error) => error);
    return !(last instanceof Error) && expected.includes(last.status);
  };
  // What comes into a pod by a Secret takes a kubelet a minute or two.
  await waitUntil(`${url} answering`, probe, { seconds: 180 });
  return last as Answer;
}

async function get<T>(kubectl: Kubectl, ...args: string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as T;
}

async function demo(): Promise<void> {
  const { kubeconfig, address, seconds } = await up();
  const tools = await ensureTools(['kubectl'], () => undefined);
  const kubectl = kubectlFor(tools.kubectl, kubeconfig);
  say(`\nThe home is up (${seconds} s). The identity provider of its people is an app like any other:\n`);
  say('  npm run kiko -- install identity -n hearth-providers');
  await kiko('install', 'identity', '-n', 'hearth-providers');

  const place = await placeOf(kubectl, address);
  const comeIn = await invitation();
  // The event sink has people sign in since there is an identity provider, without anybody's doing. It starts anew for
  // that, and would not hear meanwhile who does what.
  await answering(place, `https://${place.domain}/-/sign-in`, 302, 303);
  const url = await installApp(kubectl, place);
  await tale();
  next(place, url, kubeconfig, comeIn);
}

async function placeOf(kubectl: Kubectl, address: string): Promise<Place> {
  const { spec, status } = await get<Home>(kubectl, 'home', 'home');
  const open = (url: string) => visit(url, { ca: status?.certificateAuthority ?? '', address });
  return { domain: spec.domain, address, open };
}

/** Applies the App, waits for its first page, and says how long that took. Gives its address. */
async function installApp(kubectl: Kubectl, place: Place): Promise<string> {
  say('\nNow one App is applied:\n\n  kubectl apply -f docs/examples/rss.yaml');
  const start = performance.now();
  await applyExample(kubectl, 'rss');
  const ready = await waitForApp(kubectl, app.name, app.namespace, () => undefined, 300);
  const url = ready.status?.url ?? '';
  const { body } = await answering(place, url, 200);
  const took = elapsed(performance.now() - start);
  await story(kubectl, ready);
  say(
    `\n${url} answers 200 (${body.length} bytes), ${took} after the apply, with a certificate of the home’s own authority.`,
  );
  // Who is of the family may read what happened to it.
  await applyExample(kubectl, 'family-looks');
  return url;
}

const applyExample = (kubectl: Kubectl, name: string) =>
  kubectl(['apply', '-f', join(root, `docs/examples/${name}.yaml`)]);

/** Has the home know its first person. Gives how they come in: by a link, until they have a device. */
async function invitation(): Promise<string> {
  const people = JSON.parse(await kiko('user', 'list', '-o', 'json')) as AccountsReport['users'];
  if (people.some(({ name, passkeys }) => name === person && passkeys > 0))
    return `Sign in as ${person}, with the device that you have enrolled; for a new link:\n  npm run kiko -- user recover ${person}`;
  const added = await kiko('user', 'add', person, '--groups', 'family', '-o', 'json');
  const { url, expires } = JSON.parse(added) as EnrolmentReport;
  return `Make your device a key to the home, once, until ${expires} (then run this again):\n  ${url}`;
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

function next({ domain, address }: Place, url: string, kubeconfig: string, comeIn: string): void {
  const hosts = [domain, new URL(url).hostname, `identity.${domain}`].join(' ');
  const password = `kubectl get secret -n ${app.namespace} ${app.name}-secrets -o go-template='{{index .data "admin-password" | base64decode}}'`;
  say(`
To use kubectl:
  export KUBECONFIG=${kubeconfig}
To open all of it in a browser here, add one line to /etc/hosts and trust the authority once:
  ${address} ${hosts}
  kubectl get home home -o jsonpath='{.status.certificateAuthority}'
${comeIn}
Then open the app, and the story of its installation:
  ${url}
  https://${domain}/${app.namespace}/apps.apps.hearth.dev/${app.name}
The app has an account of its own, too, called admin; its password:
  ${password}
One more app, and all of it gone again:
  npm run kiko -- install actual
  make down
Machines that join a home and follow a flake are a story of their own:
  make demo-machines`);
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

await demo().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
