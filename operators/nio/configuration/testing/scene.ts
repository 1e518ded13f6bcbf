import { Machine, NixOSConfiguration } from '@hearth/domain';
import { type Immutable, type Outcome, Stalled, stalled, Waiting, waiting } from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import type { Giving } from '../../assignment.ts';
import { configurationController } from '../controller.ts';

type Agent = NonNullable<NonNullable<Machine['status']>['agent']>;
type Apply = NonNullable<Agent['apply']>;

export const namespace = 'hearth-machines';
export const golden = '/nix/store/0000000000000000000000000000000a-golden';
export const built = '/nix/store/0000000000000000000000000000000b-built';
/** A commit of which all digits are the same. */
export const commit = (digit: string): string => digit.repeat(40);
export const narHash = (letter: string): string => `sha256-${letter.repeat(43)}=`;

/** A cluster in memory with configurations and machines, over which the controller makes passes. */
export interface Scene {
  readonly context: FakeContext;
  /** What the repository answers: a commit, or that it has none. */
  answer: string | Waiting | Stalled;
  /** How often it was asked. */
  asked: number;
  giving: Giving;
  /** A configuration as the API server has it after its defaults. */
  configure(spec?: object, metadata?: object): Promise<void>;
  /** An approved machine that runs its golden system. */
  machine(
    name: string,
    more?: { labels?: object; spec?: object; status?: object; agent?: object },
  ): Promise<void>;
  /** What an agent says of its present assignment. */
  report(name: string, phase: Apply['phase'], more?: Partial<Apply>): Promise<void>;
  /** A merge patch of a Machine. */
  change(name: string, patch: object): Promise<void>;
  pass(name?: string): Promise<Outcome>;
  /** A pass over the configuration as if it were being deleted. */
  finalize(name?: string): Promise<Outcome>;
  get(name: string): Immutable<Machine>;
  assignment(name: string): Immutable<Machine>['spec']['assignment'];
  status(name?: string): NonNullable<Immutable<NixOSConfiguration>['status']>;
  /** Every machine’s state, as the status has it: `kitchen Done`. */
  states(): readonly string[];
}

const nothing: Giving = {
  look: async () => ({ files: [], credentials: false }),
  give: async () => undefined,
};

/** A scene at a time, without anything in it. */
export function scene(now = '2026-01-01T12:00:00Z'): Scene {
  const controller = configurationController({
    source: {
      async resolve() {
        self.asked++;
        if (typeof self.answer === 'string') return self.answer;
        throw self.answer;
      },
    },
    giving: {
      look: (...given) => self.giving.look(...given),
      give: (...given) => self.giving.give(...given),
    },
  });
  const context = fakeContext({ now, indexes: controller.indexes ?? [] });
  const { read, act } = context;
  const get = (name: string) => found(read.get(Machine, { namespace, name }));
  const self: Scene = {
    context,
    answer: commit('a'),
    asked: 0,
    giving: nothing,
    get,
    assignment: (name) => get(name).spec.assignment,
    async configure(spec = {}, metadata = {}) {
      await act.apply({ ...configurationOf(spec), metadata: { name: 'home', namespace, ...metadata } });
    },
    async machine(name, more = {}) {
      await act.apply(machineOf(name, more));
    },
    async report(name, phase, more = {}) {
      const { id = '', action, flake } = self.assignment(name) ?? {};
      const running = phase !== 'Done' ? golden : action === 'Golden' ? golden : built;
      const since = context.clock.now().toISOString();
      const apply = { id, phase, message: `It is ${phase}.`, since, revision: flake?.revision, ...more };
      const known = get(name).status?.agent?.system;
      await self.change(name, { status: { agent: { apply: null, system: { ...known, running } } } });
      await self.change(name, { status: { agent: { apply } } });
    },
    async change(name, patch) {
      await act.patch(Machine, { namespace, name }, { ...patch });
    },
    pass: async (name = 'home') => {
      const configuration = found(read.get(NixOSConfiguration, { namespace, name }));
      const outcome = await controller.reconcile(configuration, context).catch(outcomeOf);
      await act.patch(NixOSConfiguration, { namespace, name }, { status: outcome.status });
      // The queue comes back at once.
      return outcome.type === 'waiting' && outcome.reason === 'Pinned' ? self.pass(name) : outcome;
    },
    finalize: async (name = 'home') => {
      const configuration = found(read.get(NixOSConfiguration, { namespace, name }));
      return (await controller.finalize?.(configuration, context)) as Outcome;
    },
    status: (name = 'home') => found(found(read.get(NixOSConfiguration, { namespace, name })).status),
    states: () => (self.status().machines ?? []).map(({ name, state }) => `${name} ${state}`),
  };
  return self;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof Waiting) return waiting(error.reason, error.message, error.detail);
  if (error instanceof Stalled) return stalled(error.reason, error.message, error.detail);
  throw error;
}

function configurationOf(spec: object): NixOSConfiguration {
  const parsed = NixOSConfiguration.spec.parse({
    flake: { url: 'github:me/home', ref: 'main' },
    machineSelector: { matchLabels: { home: 'yes' } },
    ...spec,
  }) as NixOSConfiguration['spec'];
  return {
    apiVersion: NixOSConfiguration.apiVersion,
    kind: NixOSConfiguration.kind,
    metadata: { name: 'home', namespace },
    spec: parsed,
  };
}

function machineOf(
  name: string,
  { labels = { home: 'yes' }, spec = {}, status = {}, agent = {} }: Parameters<Scene['machine']>[1] & object,
): Machine {
  const publicKey = `${'A'.repeat(43)}=`;
  const facts = {
    machineId: '0'.repeat(32),
    architecture: 'x86_64',
    firmware: 'uefi',
    cores: 4,
    memoryBytes: 8e9,
    disks: [],
    interfaces: [],
  };
  return {
    apiVersion: Machine.apiVersion,
    kind: Machine.kind,
    metadata: { name, namespace, labels: { ...labels } },
    spec: Machine.spec.parse({ approval: { publicKey }, ...spec }) as Machine['spec'],
    status: {
      observedGeneration: 1,
      publicKey,
      state: 'Ready',
      ...status,
      agent: { mode: 'System', facts, system: { running: golden, golden }, ...agent } as Agent,
    },
  };
}
