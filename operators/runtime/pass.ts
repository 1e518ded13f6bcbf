import { isConflict, isFailedTest, isNotFound, LeaseEnded } from './cluster/errors.ts';
import type { Context, Controller, JsonPatchOperation } from './controller.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from './finalizer.ts';
import type { Leftovers } from './leftovers.ts';
import { safeMessage } from './log.ts';
import { type Outcome, Stalled, stalled, Waiting, waiting } from './outcome.ts';
import type { Immutable, Resource } from './resource.ts';
import { conditionsOf, statusPatch, type WithStatus } from './status.ts';
import type { Writes } from './writes.ts';

/** How a pass ended, seen from the queue. */
export type PassEnd =
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  /** It failed in a way that nobody foresaw; `outcome` is what was said of it in the status. */
  | { readonly type: 'error'; readonly error: unknown; readonly outcome: Outcome }
  /** The world had moved on since it was read: nothing is wrong, do it again. */
  | { readonly type: 'overtaken'; readonly error: unknown }
  /** The process stops or no longer leads: nothing was said, and nothing is to be done. */
  | { readonly type: 'cut-off' };

/** What a pass needs beside the object. */
export interface PassOptions {
  readonly controller: Controller;
  readonly context: Context;
  readonly writes: Writes;
  readonly leftovers: Leftovers;
  /** Writes a status; does nothing where the kind has none. */
  readonly writeStatus: (object: Immutable<Resource>, patch: readonly JsonPatchOperation[]) => Promise<void>;
}

/**
 * One pass over one object: what a former one left goes, the finalizer where one is needed, the reconciler (or, of a
 * deleted object, the finalization), then the status, in one patch and only where it differs. Never rejects.
 */
export async function pass(object: Immutable<Resource>, options: PassOptions): Promise<PassEnd> {
  const { signal } = options.context;
  try {
    await options.leftovers.ofFormer(object, options.context);
    return object.metadata.deletionTimestamp
      ? await finalizePass(object, options)
      : await reconcilePass(object, options);
  } catch (error) {
    if (signal.aborted || error instanceof LeaseEnded) return { type: 'cut-off' };
    // The object is gone, or another one of the same name is there; the watch will say which.
    if (isNotFound(error) || isConflict(error) || isFailedTest(error)) return { type: 'overtaken', error };
    return { type: 'error', error, outcome: outcomeOfError(error) };
  }
}

async function reconcilePass(object: Immutable<Resource>, options: PassOptions): Promise<PassEnd> {
  const { controller, context, writes } = options;
  const { kind, finalizer } = controller;
  const held =
    finalizer && !hasFinalizer(object, finalizer)
      ? await addFinalizer(writes, kind, object, finalizer)
      : object;
  const end = await attempt(() => controller.reconcile(held, context), context.signal);
  await report(held, end, options);
  return end;
}

async function finalizePass(object: Immutable<Resource>, options: PassOptions): Promise<PassEnd> {
  const { controller, context, writes } = options;
  const { kind, finalizer, finalize } = controller;
  if (!finalizer || !hasFinalizer(object, finalizer))
    return { type: 'outcome', outcome: { type: 'ready', message: '' } };
  const end = finalize
    ? await attempt(() => finalize.call(controller, object, context), context.signal)
    : ({ type: 'outcome', outcome: { type: 'ready', message: '' } } as const);
  if (end.type === 'outcome' && end.outcome.type === 'ready')
    await removeFinalizer(writes, kind, object, finalizer);
  else await report(object, end, options);
  return end;
}

/** Runs the reconciler and gives everything that it may throw its meaning. */
async function attempt(run: () => Promise<Outcome>, signal: AbortSignal): Promise<PassEnd> {
  try {
    return { type: 'outcome', outcome: await run() };
  } catch (error) {
    if (signal.aborted || error instanceof LeaseEnded) return { type: 'cut-off' };
    if (error instanceof Waiting)
      return { type: 'outcome', outcome: waiting(error.reason, error.message, error.detail) };
    if (error instanceof Stalled)
      return { type: 'outcome', outcome: stalled(error.reason, error.message, error.detail) };
    if (isConflict(error) || isFailedTest(error)) return { type: 'overtaken', error };
    return { type: 'error', error, outcome: outcomeOfError(error) };
  }
}

async function report(
  object: Immutable<Resource>,
  end: PassEnd,
  { context, writeStatus }: PassOptions,
): Promise<void> {
  if (end.type !== 'outcome' && end.type !== 'error') return;
  const patch = statusPatch(object, end.outcome, context.clock.now());
  if (!patch) return;
  await writeStatus(object, patch);
  if (isNews(object, end)) context.event('Warning', reasonOf(end.outcome), end.outcome.message);
}

/** What needs a person is said as an event too, when it is said for the first time. */
function isNews(
  object: WithStatus,
  end: { readonly type: 'outcome' | 'error'; readonly outcome: Outcome },
): boolean {
  if (end.type === 'outcome' && end.outcome.type !== 'stalled') return false;
  const before = conditionsOf(object.status).find(({ type }) => type === 'Ready');
  return before?.status !== 'False' || before.reason !== reasonOf(end.outcome);
}

function reasonOf(outcome: Outcome): string {
  return outcome.type === 'ready' ? 'Reconciled' : outcome.reason;
}

function outcomeOfError(error: unknown): Outcome {
  return waiting('ReconcileError', safeMessage(error));
}
