import { type App, Connection, type ResolvedBinding, Route, SSOClient } from '@hearth/domain';
import { type Context, controllerOf, type Immutable, type Kind, keyOf, type Read } from '@hearth/runtime';
import { childName } from '../names.ts';
import type { AppInput } from '../workload/input.ts';
import { boundOf, type Integration, integrationObjects } from './integration-objects.ts';

/**
 * Makes what the slots of an App ask for, and takes away what none asks for any more. A Route for which the gateway asks
 * people to sign in is so until {@link letGoOfGuard}.
 */
export async function keepIntegrations(
  input: AppInput,
  bindings: readonly ResolvedBinding[],
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  for (const object of integrationObjects(input, bindings)) {
    const old = outlived(input.app, object, read);
    if (old) await act.delete(SSOClient, keyOf(old), { uid: old.metadata.uid });
    else await act.apply(guardedStill(object, bindings, read), { owner: input.app });
  }
  for (const [kind, { metadata }] of superfluous(input.app, bindings, read))
    await act.delete(kind, metadata, { uid: metadata.uid });
}

/**
 * Lets the gateway stop asking for sign-on where no slot wants it to. The App must have come up by then: whatever ran
 * before takes the gateway's word for who is there, and would let in everybody.
 */
export async function letGoOfGuard(
  input: AppInput,
  bindings: readonly ResolvedBinding[],
  { act }: Pick<Context, 'act'>,
): Promise<void> {
  for (const object of integrationObjects(input, bindings)) {
    if (object.kind === Route.kind) await act.apply(object, { owner: input.app });
  }
}

/** A Route as it is wanted, but asking for sign-on as the gateway does now, where it would stop. */
function guardedStill(wanted: Integration, bindings: readonly ResolvedBinding[], read: Read): Integration {
  if (wanted.kind !== Route.kind || isByGateway(bindings)) return wanted;
  const route = wanted as Route;
  const there = read.get(Route, keyOf(route));
  const asked = there?.status?.signOn;
  if (asked?.by !== 'gateway' || there?.spec.signOn?.client !== asked.client) return wanted;
  return { ...route, spec: { ...route.spec, signOn: { client: asked.client } } };
}

/** Whether the gateway is to ask for sign-on. */
const isByGateway = (bindings: readonly ResolvedBinding[]): boolean =>
  boundOf(bindings).some(({ slot }) => slot.kind === 'SSOClient' && slot.strategy === 'forward-auth');

/** What stands in the way of an SSOClient: the App's own of the same name by another strategy, which can't change. */
function outlived(app: App, object: Integration, read: Read): Immutable<SSOClient> | undefined {
  if (object.kind !== SSOClient.kind) return undefined;
  const there = read.get(SSOClient, keyOf(object));
  // Anybody else's is left to them, and refused in words when ours is applied.
  if (there === undefined || controllerOf(there)?.uid !== app.metadata.uid) return undefined;
  return there.spec.strategy === (object as SSOClient).spec.strategy ? undefined : there;
}

type Superfluous = readonly [Kind, Immutable<Integration>];

/** The children that no slot asks for any more and that hold nobody's data. */
function superfluous(app: App, bindings: readonly ResolvedBinding[], read: Read): Superfluous[] {
  const wanted = new Set(boundOf(bindings).map(({ slot }) => childName(app.metadata.name, slot.name)));
  const routes = read.owned(Route, app);
  // The gateway lets nobody through while what it is to ask is gone: first it must have stopped asking.
  const asked = new Set(routes.flatMap(({ status }) => status?.signOn?.client ?? []));
  const clients = read.owned(SSOClient, app).filter(({ metadata }) => !asked.has(metadata.name));
  // A Database is never unmade because a slot is: it holds data.
  return [
    ...stray(Route, routes, wanted),
    ...stray(SSOClient, clients, wanted),
    ...stray(Connection, read.owned(Connection, app), wanted),
  ];
}

const stray = (
  kind: Kind,
  owned: readonly Immutable<Integration>[],
  wanted: ReadonlySet<string>,
): Superfluous[] =>
  owned
    .filter(({ metadata }) => !wanted.has(metadata.name) && metadata.deletionTimestamp === undefined)
    .map((object) => [kind, object] as const);
