import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MachineApply, Machine as MachineKind, NixOSConfiguration } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { announceNio } from '../../bootstrap/discovery/announce.ts';
import { waitUntil } from '../../bootstrap/waiting.ts';
import { BROKEN, CHANGED, FIRST, MENDED, NAMES, type Systems, storyResources } from './chapters-systems.ts';
import { type Forge, forgeAuthority, openForge } from './forge.ts';
import { type Kiko, kikoFor } from './kiko.ts';
import type { Machine } from './machine.ts';
import { MACHINES, type MachinesHome, openMachinesHome } from './machines-home.ts';

/*
 * The life of three machines, chapter by chapter: they find the home, are let in, get a configuration each, follow its
 * changes, go back by themselves from one that fails, and are what they were at the end. The demo tells it, and a test
 * holds it to account.
 */

/** Where it happens. */
export interface Story {
  readonly home: MachinesHome;
  /** What a person types. */
  readonly kiko: Kiko;
  readonly forge: Forge;
  readonly machines: Machine[];
  /** What is in the attic's secret file. */
  readonly psk: string;
  /** Where it keeps its files; gone when it is closed. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens a home with three machines that are off. They will find NIO by asking the network. */
export async function openStory(): Promise<Story> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'hearth-story-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const authority = await forgeAuthority(folder);
  const home = await openMachinesHome({ authority: authority.file });
  opened.defer(home.close);
  const forge = await openForge(home.site, folder, authority.pair, 'home');
  opened.defer(forge.close);
  const machines: Machine[] = [];
  for (const name of NAMES) {
    const machine = await home.machine({ name, finds: 'by asking' });
    await forge.introduce(machine);
    machines.push(machine);
  }
  const announcement = announceNio({
    nio: { url: home.nio.url },
    host: 'home',
    address: home.site.address,
    failed(error) {
      throw error;
    },
  });
  opened.defer(announcement.end);
  const kiko = await kikoFor(home.kubeconfig, folder);
  const all = opened.move();
  const psk = `psk-${randomBytes(18).toString('hex')}`;
  return { home, kiko, forge, machines, psk, folder, close: () => all.disposeAsync() };
}

/** A machine that asks to be let in. */
export interface Enrolled {
  readonly name: string;
  readonly address: string;
  /** The pairing code that its own screen shows. */
  readonly onScreen: string;
  /** The pairing code that the home has of it. */
  readonly inHome: string;
  /** What it was installed with. */
  readonly golden: string;
}

/** Turns the machines on, and waits until each has found NIO and shows its code. */
export async function enrol({ home, machines }: Story): Promise<readonly Enrolled[]> {
  await Promise.all(machines.map((machine) => machine.boot()));
  return Promise.all(
    machines.map(async (machine) => {
      const { name, address } = machine;
      let onScreen: string | undefined;
      let inHome: string | undefined;
      await waitUntil(
        `The pairing code of ${name}`,
        async () => {
          onScreen = /Pairing code: (\S+)/.exec(await machine.log('hearth-agent.service'))?.[1];
          inHome = (await home.client.get(MachineKind, here(name)))?.status?.pairingCode;
          return onScreen !== undefined && inHome !== undefined;
        },
        PATIENCE,
      );
      const golden = (await machine.runningClosure()) ?? '';
      return { name, address, onScreen: onScreen ?? '', inHome: inHome ?? '', golden };
    }),
  );
}

/** Has a person approve each machine by the code on its screen, and waits until its agent is at work. */
export async function approve({ home, kiko }: Story, enrolled: readonly Enrolled[]): Promise<void> {
  for (const { name, onScreen } of enrolled) await kiko('machine', 'approve', name, '--code', onScreen);
  await all(enrolled, 'being let in', async ({ name }) => {
    const machine = await home.client.get(MachineKind, here(name));
    return machine?.status?.state === 'Ready' && machine.status.agent?.system !== undefined;
  });
}

/** How a machine came out of a change. */
export interface Result {
  readonly name: string;
  readonly revision: string;
  /** The system that runs. */
  readonly running: string;
  /** How the agent's last apply ended. */
  readonly apply: Immutable<MachineApply>;
}

/** Applies the configurations of the first commit. */
export async function configure(story: Story): Promise<readonly Result[]> {
  const revision = await story.forge.flake.commit(FIRST);
  await story.home.client.apply(...storyResources(story.forge, story.psk));
  return settled(story, revision, NAMES);
}

/** What these systems on another branch would change on the cellar, as a person is shown it who asks. */
export async function preview({ forge, kiko }: Story, systems: Systems = CHANGED): Promise<string> {
  await forge.flake.commit(systems, 'idea');
  return kiko('machine', 'diff', 'cellar', '--ref', 'idea');
}

/** Commits a change for each machine: one that is live, one that restarts a service, one that takes a restart. */
export const change = (story: Story): Promise<readonly Result[]> => follow(story, CHANGED);

/** Commits what mends the broken one. */
export const mend = (story: Story): Promise<readonly Result[]> => follow(story, MENDED);

async function follow(story: Story, systems: Systems): Promise<readonly Result[]> {
  return settled(story, await story.forge.flake.commit(systems), NAMES);
}

/** How a commit that does not work ended. */
export interface Broken {
  readonly revision: string;
  /** The kitchen, which the commit breaks, with the system that it runs before and after. */
  readonly before: string;
  readonly result: Result;
  /** What its configuration says of it. */
  readonly sentence: string;
  /** The commits that are not tried again. */
  readonly quarantine: readonly string[];
  /** The machines that the commit does not break. */
  readonly others: readonly Result[];
}

/** Commits a system of the kitchen of which a unit fails, and waits until all is quiet again. */
export async function breakKitchen(story: Story): Promise<Broken> {
  const { client } = story.home;
  const kitchen = machineOf(story, 'kitchen');
  const before = (await kitchen.runningClosure()) ?? '';
  const revision = await story.forge.flake.commit(BROKEN);
  const configuration = () => client.get(NixOSConfiguration, here('kitchen'));
  await all(['kitchen'], 'going back', async () => {
    const status = (await configuration())?.status;
    return (
      status?.quarantine?.some((each) => each.revision === revision) === true &&
      status.conditions?.some(({ type }) => type === 'Stalled') === true
    );
  });
  const others = await settled(story, revision, ['attic', 'cellar']);
  const status = (await configuration())?.status;
  return {
    revision,
    before,
    result: await resultOf(story, 'kitchen'),
    sentence: status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '',
    quarantine: status?.quarantine?.map((each) => each.revision) ?? [],
    others,
  };
}

/** Deletes the configurations, and waits until that is done: until each machine is what it was installed with. */
export async function takeBack(story: Story): Promise<readonly Result[]> {
  const { client } = story.home;
  await Promise.all(NAMES.map((name) => client.remove(NixOSConfiguration, here(name))));
  await all(
    NAMES,
    'its configuration being gone',
    async (name) => (await client.get(NixOSConfiguration, here(name))) === undefined,
  );
  return Promise.all(NAMES.map((name) => resultOf(story, name)));
}

/** The machine of that name. */
export function machineOf({ machines }: Story, name: string): Machine {
  const found = machines.find((machine) => machine.name === name);
  if (!found) throw new Error(`there is no machine ${name} in the story`);
  return found;
}

const PATIENCE = { seconds: 240, everyMilliseconds: 200 };

const here = (name: string) => ({ namespace: MACHINES, name });

/** Waits until something holds for each of these. */
async function all<T>(of: readonly T[], what: string, holds: (each: T) => Promise<boolean>): Promise<void> {
  for (const each of of) {
    const name = typeof each === 'string' ? each : JSON.stringify(each);
    await waitUntil(`${name}: ${what}`, () => holds(each), PATIENCE);
  }
}

/** Waits until the configurations of these machines say that the commit runs. */
async function settled(story: Story, revision: string, names: readonly string[]): Promise<readonly Result[]> {
  await all(names, `running ${revision.slice(0, 12)}`, async (name) => {
    const status = (await story.home.client.get(NixOSConfiguration, here(name)))?.status;
    const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    return status?.revision === revision && isReady === true;
  });
  return Promise.all(names.map((name) => resultOf(story, name)));
}

async function resultOf(story: Story, name: string): Promise<Result> {
  const agent = (await story.home.client.get(MachineKind, here(name)))?.status?.agent;
  if (!agent?.apply) throw new Error(`the agent of ${name} has said nothing of what it did`);
  const running = (await machineOf(story, name).runningClosure()) ?? '';
  return { name, revision: agent.apply.revision ?? '', running, apply: agent.apply };
}
