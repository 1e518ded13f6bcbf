import { ensureTools } from '../bootstrap/local/native/toolchain.ts';
import { ensurePrerequisites } from '../bootstrap/local/prerequisites.ts';
import { runSteps, type Step } from '../bootstrap/steps.ts';
import { elapsed, terminalReporter } from '../bootstrap/terminal.ts';
import {
  approve,
  type Broken,
  breakKitchen,
  change,
  configure,
  type Enrolled,
  enrol,
  mend,
  openStory,
  preview,
  type Result,
  type Story,
  takeBack,
} from './machines/chapters.ts';
import { MACHINE_PACKAGES } from './machines/packages.ts';

/*
 * Machines of a home on this machine: three of them find it, are let in, and are from then on exactly what a flake says,
 * until they are taken back to what they were installed with. Nothing is left of it at the end, or when it is
 * interrupted; running it again tells it again.
 */

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

const prepare: readonly Step[] = [
  { title: 'Install packages', run: (progress) => ensurePrerequisites(MACHINE_PACKAGES, progress) },
  {
    title: 'Build tools',
    run: async (progress) =>
      void (await ensureTools(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'], progress)),
  },
];

const start = performance.now();

/** Says what is about to happen, then how long it took. */
async function chapter<T>(title: string, act: () => Promise<T>): Promise<T> {
  say(`\n${title}`);
  const begun = performance.now();
  const result = await act();
  const now = performance.now();
  say(`  (${elapsed(now - begun)}, ${elapsed(now - start)} since the beginning)\n`);
  return result;
}

async function tell(story: Story): Promise<void> {
  say(
    `\nThe home is up: a Kubernetes API, and NIO beside it with the rights that its chart gives it. On a network of their
own are three machines. Each is a set of namespaces with a disk, a Nix store and the agent as it ships; systemd and the
boot loader are small imitations. Their systems lie in one flake, in a repository that asks for a password.`,
  );
  const enrolled = await chapter('The machines are turned on. Nobody tells them where they are.', () =>
    enrol(story),
  );
  tellCodes(enrolled);
  await refuse(story, enrolled);
  await chapter('A person who has compared the codes lets each of them in:', () => approve(story, enrolled));
  say(indent(await story.kiko('machine', 'list')));
  tellResults(
    await chapter(
      'A NixOSConfiguration for each is applied; that of the attic brings it a secret file.',
      () => configure(story),
    ),
  );
  const previewed = await chapter('A commit on another branch is looked at, and not applied.', () =>
    preview(story),
  );
  say(`  kiko machine diff cellar --ref idea\n\n${indent(previewed)}`);
  tellResults(
    await chapter(
      'One commit: a file for the attic, a kernel for the cellar, a service for the kitchen.',
      () => change(story),
    ),
  );
  say(`\n  kiko machine diff cellar\n\n${indent(await story.kiko('machine', 'diff', 'cellar'))}`);
  tellBroken(
    await chapter('A commit with which a service of the kitchen does not start.', () => breakKitchen(story)),
  );
  tellResults(await chapter('The commit that mends it.', () => mend(story)));
  tellResults(
    await chapter(
      'The configurations are deleted: each machine goes back to what it was installed with.',
      () => takeBack(story),
    ),
  );
  tellGolden(enrolled, await story.kiko('machine', 'list'));
}

function tellCodes(enrolled: readonly Enrolled[]): void {
  say('They have found NIO by asking the network, and show a code, which must be the same on both sides:\n');
  say(row('', 'on its screen', 'in the home', 'from'));
  for (const { name, onScreen, inHome, address } of enrolled) say(row(name, onScreen, inHome, address));
}

/** What somebody gets to see who stands before another machine. */
async function refuse({ kiko }: Story, [one, other]: readonly Enrolled[]): Promise<void> {
  if (!one || !other) throw new Error('no two machines have called');
  const command = ['machine', 'approve', one.name, '--code', other.onScreen];
  say(`\nThe code of another machine lets nobody in:\n\n  kiko ${command.join(' ')}`);
  const refusal = await kiko(...command).then(
    () => {
      throw new Error(`${one.name} was approved with the code of ${other.name}`);
    },
    (error: Error) => error.message,
  );
  say(indent(refusal));
}

function tellResults(results: readonly Result[]): void {
  for (const { name, running, apply } of results)
    say(row(name, systemOf(running), CLASSES[apply.diff?.class ?? 'none'], apply.message));
}

const CLASSES = {
  none: 'nothing changed',
  live: 'nothing restarted',
  restart: 'services restarted',
  reboot: 'it restarted',
} as const;

function tellBroken({ before, result, sentence, others }: Broken): void {
  tellResults(others);
  say(row(result.name, systemOf(result.running), 'it went back', result.apply.message));
  if (result.running !== before) throw new Error('the kitchen does not run what it ran before');
  say(`\n  kubectl get nixosconfiguration kitchen\n\n${indent(sentence)}`);
}

function tellGolden(enrolled: readonly Enrolled[], list: string): void {
  const [golden] = new Set(enrolled.map((each) => each.golden));
  say(`\nThat is ${golden}\n\n${indent(list)}`);
}

/** The name of a system, without the hash of its path. */
const systemOf = (path: string): string => path.replace(/^\/nix\/store\/[^-]+-nixos-system-/, '');

const row = (name: string, ...cells: readonly string[]): string =>
  `  ${name.padEnd(8)}${cells.map((cell) => cell.padEnd(20)).join('')}`.trimEnd();

const indent = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '  ');

/** Rejects when somebody asks for the end. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => reject(new Error(`ended by ${signal}`)));
  });
}

async function demo(): Promise<void> {
  await runSteps(prepare, terminalReporter());
  const interrupted = interruption();
  const opening = openStory();
  try {
    await Promise.race([opening.then(tell), interrupted]);
    say(`\nAll of it took ${elapsed(performance.now() - start)}. It is taken away now.`);
  } finally {
    await opening.then(
      (story) => story.close(),
      () => undefined,
    );
  }
}

const exitCode = await demo().then(
  () => 0,
  (error: unknown) => {
    process.stderr.write(`demo-machines: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  },
);
// What was going on when it was interrupted is not waited for.
process.exit(exitCode);
