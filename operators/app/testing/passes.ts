import {
  type Act,
  type Context,
  type Controller,
  type Immutable,
  type Key,
  type Kind,
  keyOf,
  type Outcome,
  type Resource,
  Secret,
  Stalled,
  stalled,
  Waiting,
  waiting,
} from '@hearth/runtime';
import { type FakeOptions, fakeContext } from '@hearth/runtime/testing';
import { type BindingData, decodeSecret } from '../binding.ts';

/** An object with a status, as a pass keeps it. */
type WithStatus = Resource & { readonly status?: object | undefined };

/** A cluster in memory, over which controllers make passes. */
export interface Passes {
  /** What was told to a person, as `Reason: message`. */
  events(): string[];
  /** Called before each write; throws to break it. */
  beforeWrite: () => void;
  /** Lets time pass. */
  advance(milliseconds: number): void;
  now(): Date;
  /** Puts an object in the place of what is there. */
  put(object: Resource): Promise<void>;
  remove(kind: Kind, key: Key): Promise<void>;
  get<T extends Resource>(kind: Kind<T>, key: Key): Immutable<T> | undefined;
  list<T extends Resource>(kind: Kind<T>, namespace?: string): readonly Immutable<T>[];
  /** What a Secret holds, in the clear. */
  secret(namespace: string, name: string): BindingData | undefined;
  /** One pass over an object as the runtime makes it; its status is kept. */
  reconcile<T extends Resource>(controller: Controller<T>, object: T): Promise<Outcome>;
  /** One pass over a deleted object; it goes, with what it owns, when it is let go. */
  finalize<T extends Resource>(controller: Controller<T>, object: T): Promise<Outcome>;
}

/** A cluster in memory that holds these objects. */
export function passesOver(options: FakeOptions): Passes {
  const context = fakeContext(options);
  const { read, act, clock } = context;
  const put = async (object: Resource) => {
    await act.delete(anyKind(object), keyOf(object));
    await act.create(object);
  };
  const passes: Passes = {
    events: () => context.events.map(({ reason, message }) => `${reason}: ${message}`),
    beforeWrite: () => undefined,
    advance: clock.advance,
    now: clock.now,
    put,
    remove: (kind, key) => act.delete(kind, key),
    get: (kind, key) => read.get(kind, key),
    list: (kind, namespace) => read.list(kind, namespace === undefined ? {} : { namespace }),
    secret: (namespace, name) => decodeSecret(read.get(Secret, { namespace, name })),
    reconcile: (controller, object) => pass(controller.reconcile, object, put, breakable),
    async finalize(controller, object) {
      if (!controller.finalize) throw new Error('it has no finalizer');
      const outcome = await pass(controller.finalize, object, put, breakable);
      if (outcome.type !== 'ready') return outcome;
      for (const secret of read.owned(Secret, object)) await act.delete(Secret, secret.metadata);
      await act.delete(anyKind(object), keyOf(object));
      return outcome;
    },
  };
  const breakable = { ...context, act: breakableAct(act, () => passes.beforeWrite()), keep: act.apply };
  return passes;
}

const anyKind = (object: Resource): Kind => ({ ...object, plural: '', namespaced: true });

/** Keeps status as the runtime does, and makes outcomes of Waiting and Stalled. */
async function pass<T extends Resource>(
  work: Controller<T>['reconcile'],
  object: T,
  put: Passes['put'],
  context: Context & { readonly keep: Act['apply'] },
): Promise<Outcome> {
  const known: WithStatus = object;
  const before = context.read.get<WithStatus>(anyKind(object), keyOf(object))?.status;
  const status = known.status ?? before;
  const current = { ...object, ...(status && { status }) };
  await put(current);
  const outcome = await work(current as Immutable<T>, context).catch((error: unknown) => {
    if (error instanceof Waiting) return waiting(error.reason, error.message, error.detail);
    if (error instanceof Stalled) return stalled(error.reason, error.message, error.detail);
    throw error;
  });
  await context.keep({ ...current, ...(outcome.status && { status: outcome.status }) });
  return outcome;
}

function breakableAct(act: Act, before: () => void): Act {
  return {
    apply: async (...given) => {
      before();
      return act.apply(...given);
    },
    create: async (...given) => {
      before();
      return act.create(...given);
    },
    patch: async (...given) => {
      before();
      return act.patch(...given);
    },
    delete: async (...given) => {
      before();
      return act.delete(...given);
    },
  };
}
