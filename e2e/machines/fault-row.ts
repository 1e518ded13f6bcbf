import { NixOSConfiguration as Kind } from '@hearth/domain';
import type { Resource } from '@hearth/runtime';
import { expect, vi } from 'vitest';
import type { ToySystem } from './flakes.ts';
import type { Machine } from './machine.ts';
import { type HomeFlake, MACHINES, type MachinesHome, machineOf } from './machines-home.ts';
import type { PlannedFault } from './plan.ts';
import type { Stories } from './story.ts';

/** What a row of the fault table works with. */
export interface Scene {
  readonly home: MachinesHome;
  readonly stories: Stories;
  readonly machine: Machine;
  readonly flake: HomeFlake;
  /** The closure that the machine was installed with. */
  readonly golden: string;
  /** Asks for the flake's system, as it is now or with other fields. */
  configure(spec?: object): Promise<void>;
}

/** A row: what goes wrong while a machine changes to another system, and what becomes of the machine. */
export interface Row {
  readonly name: string;
  /** The system that is asked for, beside its version. */
  readonly system?: ToySystem;
  /** Fields of the NixOSConfiguration. */
  readonly spec?: object | ((flake: HomeFlake) => object);
  readonly machine?: { readonly bootLoader?: 'none' };
  /** What goes wrong at which step. */
  readonly plan?: readonly PlannedFault[];
  /** What is done before the system is asked for, and after. */
  readonly before?: (scene: Scene) => Promise<void>;
  readonly during?: (scene: Scene) => Promise<void>;
  /** What runs in the end, and is booted from then on. */
  readonly runs: 'golden' | 'new';
  /** What the machine says at some time, and does not say before it is so. */
  readonly says: RegExp;
  /** In seconds, where it may take longer than two minutes. */
  readonly patience?: number;
}

/** A row in which the machine hears of nothing; its configuration says why. */
export interface UntouchedRow extends Pick<Row, 'name' | 'before' | 'system'> {
  readonly tells: RegExp;
}

/** The configuration of a machine, as a person applies it. */
export function configurationOf(machine: string, flake: HomeFlake, spec: object = {}): Resource {
  const { url, name } = flake;
  return {
    apiVersion: Kind.apiVersion,
    kind: Kind.kind,
    metadata: { name: machine, namespace: MACHINES },
    ...{
      spec: {
        flake: { url, ref: 'main', attribute: name },
        machineRef: { name: machine },
        confirmWindow: '30s',
        ...spec,
      },
    },
  };
}

/** Brings a machine into the home, on its golden system. */
export async function enrolled(
  home: MachinesHome,
  name: string,
  options: { readonly bootLoader?: 'none' } = {},
): Promise<Machine> {
  const machine = await home.machine({ name, token: await home.token(), ...options });
  await machine.boot();
  await eventually(async () => {
    const { status } = (await machineOf(home.client, name)) ?? {};
    expect(status).toMatchObject({ state: 'Ready', agent: { system: { running: expect.any(String) } } });
  });
  return machine;
}

/** Plays a row, and looks whether the machine ends as it says. */
export async function play(row: Row, name: string, home: MachinesHome, stories: Stories): Promise<void> {
  const scene = await sceneOf(row, name, home, stories);
  await scene.machine.plan(row.plan ?? []);
  await row.before?.(scene);
  await scene.configure();
  await row.during?.(scene);
  await ended(scene, row);
}

/** Plays a row in which nothing may happen to the machine. */
export async function playUntouched(
  row: UntouchedRow,
  name: string,
  home: MachinesHome,
  stories: Stories,
): Promise<void> {
  const scene = await sceneOf(row, name, home, stories);
  await scene.machine.plan([]);
  await row.before?.(scene);
  await scene.configure();
  await eventually(async () => expect(await readiness(scene)).toMatch(row.tells));
  expect(stories.of(name)).toEqual([]);
  expect(await scene.machine.runningClosure()).toBe(scene.golden);
  expect((await machineOf(home.client, name))?.status?.state).toBe('Ready');
}

async function sceneOf(
  row: Pick<Row, 'system' | 'machine' | 'spec'>,
  name: string,
  home: MachinesHome,
  stories: Stories,
): Promise<Scene> {
  const flake = await home.flake(name, { version: '2', ...row.system });
  const machine = await enrolled(home, name, row.machine);
  const golden = (await machine.runningClosure()) ?? '';
  const fields = typeof row.spec === 'function' ? row.spec(flake) : row.spec;
  const configure = (spec: object = {}) =>
    home.client.apply(configurationOf(name, flake, { ...fields, ...spec }));
  return { home, stories, machine, flake, golden, configure };
}

/** Reachable, on a known closure, and it has said what happened. */
async function ended(scene: Scene, row: Row): Promise<void> {
  const { home, stories, machine, golden } = scene;
  const phase = expect.stringMatching(row.runs === 'new' ? /^Done$/ : /^(Failed|RolledBack|Done)$/);
  await eventually(async () => {
    const { status } = (await machineOf(home.client, machine.name)) ?? {};
    const said = stories.of(machine.name);
    // All in one object: what is wrong shows with what the machine says of itself.
    expect({ apply: status?.agent?.apply, said, configuration: await readiness(scene) }).toMatchObject({
      apply: { phase },
      said: expect.arrayContaining([expect.stringMatching(row.says)]),
    });
    const running = (await machine.runningClosure()) ?? '';
    expect(running === golden).toBe(row.runs === 'golden');
    expect(await machine.bootClosure()).toBe(running);
    expect(status).toMatchObject({
      state: 'Ready',
      agent: { system: { running, knownGood: running, golden } },
    });
    const agent = await machine.exec('systemctl', 'is-active', 'hearth-agent');
    expect(agent.stdout).toBe('active');
  }, row.patience ?? 120);
}

/** Waits, for so many seconds, until it passes. */
export const eventually = <T>(check: () => Promise<T>, seconds = 60): Promise<T> =>
  vi.waitFor(check, { timeout: seconds * 1000, interval: 250 });

/** Waits until a machine has come to a step. */
export const reaches = (machine: Machine, step: PlannedFault['at']): Promise<void> =>
  eventually(async () => expect(await machine.steps()).toContain(step));

/** Waits until a machine says that it is in a phase. */
export const says = ({ stories, machine }: Scene, what: RegExp, seconds = 60): Promise<void> =>
  eventually(
    async () => expect(stories.of(machine.name)).toContainEqual(expect.stringMatching(what)),
    seconds,
  );

/** What the configuration of a machine says of itself; nothing when it is gone. */
async function readiness({ home, machine }: Scene): Promise<string | undefined> {
  const key = { namespace: MACHINES, name: machine.name };
  const { status } = (await home.client.get(Kind, key)) ?? {};
  return status?.conditions?.find(({ type }) => type === 'Ready')?.message;
}
