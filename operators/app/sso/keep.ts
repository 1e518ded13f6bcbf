import { mostLeaving, type ProviderRef, type SSOClient } from '@hearth/domain';
import {
  type ConditionIntent,
  type Context,
  type Immutable,
  keyText,
  type Outcome,
  ready,
} from '@hearth/runtime';
import { bindingDigestKey, bindingHash } from '../binding.ts';
import type { Provider } from '../provider.ts';
import { deleteFormerSecrets, type Kept, keptBy, newSecret, secretKeyOf, writeKept } from './binding.ts';
import { type Consumption, consumerOf, consumption } from './consumer.ts';
import {
  isAt,
  type Ledger,
  newestOf,
  type Place,
  placesOf,
  providerAt,
  rotationWaits,
  secretsAt,
  type Wish,
} from './ledger.ts';
import { keepForwardAuth } from './middleware.ts';
import { type ClientPlan, planClient } from './plan.ts';
import type { Adapter, Claim, IdentityProvider } from './provider.ts';
import type { Adapters } from './providers.ts';
import { releaseAll, type Stuck } from './release.ts';
import { arrival, type Transition, transitionOf } from './transition.ts';

/** How often drift is looked for though nothing changed, in milliseconds. */
const checkInterval = 600_000;

/** How often one looks whether what was used before may go, in milliseconds. */
const overlapInterval = 30_000;

/** What a pass works on. */
export interface Scene {
  readonly client: Immutable<SSOClient>;
  readonly claim: Claim;
  readonly provider: Provider<'SSOClient'>;
  readonly adapter: Adapter;
  readonly adapters: Adapters;
  readonly session: IdentityProvider;
}

/** What a pass found out, and where it goes from there. */
interface Facts {
  readonly kept: Kept;
  readonly digestKey: Buffer;
  readonly used: Consumption | undefined;
  readonly wish: Wish;
  readonly way: Transition;
  /** The claim, under the id of the client that consumers are to have. */
  readonly claim: Claim;
  readonly plan: ClientPlan;
}

/** Makes the client, its binding and its Middleware as the SSOClient asks. */
export async function keepClient(scene: Scene, context: Context): Promise<Outcome> {
  const facts = await gather(scene, context);
  const { plan } = facts;
  if ('refused' in plan) {
    const { reason, message, after } = plan.refused;
    return { type: 'stalled', reason, message, after };
  }
  return carryOut(scene, facts, plan, context);
}

async function gather(scene: Scene, context: Context): Promise<Facts> {
  const { client, provider, adapter, session } = scene;
  const kept = keptBy(client, context.read);
  const before = { ...kept.ledger, home: scene.claim.mark.home };
  const digestKey = await bindingDigestKey(context);
  const used = usedBy(client, kept, digestKey, context);
  const wish = wishOf(scene);
  const way = transitionOf(before, wish, used?.done ?? false);
  const place = placeOf(way.target);
  const claim = { ...scene.claim, id: place.id };
  const secrets = secretsAt(way.target, place);
  const plan = planClient(claim, {
    observed: await session.observe(claim, secrets),
    secrets,
    change: changeOf(way, place),
    known: kept.ledger.current !== undefined && isAt(place)(kept.ledger.current),
    provider: `App ${keyText(provider.ref)}`,
    enforcesGroups: adapter.enforcesGroups(provider),
  });
  return { kept, digestKey, used, wish, way, claim, plan };
}

/** Whether consumers run on what they are shown; undefined where they were never shown anything else. */
function usedBy(
  client: Immutable<SSOClient>,
  { ledger, shown }: Kept,
  digestKey: Buffer,
  { read, clock }: Context,
): Consumption | undefined {
  if (ledger.former.length === 0 || ledger.since === undefined) return undefined;
  const former = ledger.former.flatMap(({ secret }) => secret ?? []);
  const facts = { hash: bindingHash(digestKey, shown), since: new Date(ledger.since) };
  return consumption(consumerOf(client, former, read), facts, clock.now());
}

function wishOf({ client, claim, provider, adapter }: Scene): Wish {
  return {
    at: keyText(provider.ref),
    id: claim.id,
    rotation: client.spec.rotation,
    overlap: adapter.overlap,
    newSecret: claim.strategy === 'forward-auth' ? undefined : newSecret(),
  };
}

function placeOf(target: Ledger): Place {
  const newest = newestOf(target);
  if (newest === undefined) throw new Error('a ledger that was wished for has nothing in it');
  return newest;
}

function changeOf({ prepared, target }: Transition, place: Place): 'none' | 'added' | 'removed' {
  if (target.next !== undefined) return 'added';
  return secretsAt(prepared, place).length > secretsAt(target, place).length ? 'removed' : 'none';
}

/**
 * The ledger comes first: whatever is made after it is found again. Then the provider, and only when that takes the
 * new secret are consumers shown it. What they ran on before is taken away last, in a later pass.
 */
async function carryOut(
  scene: Scene,
  facts: Facts,
  plan: Exclude<ClientPlan, { refused: unknown }>,
  context: Context,
): Promise<Outcome> {
  const { client, provider, adapters, session } = scene;
  const { kept, digestKey, way, claim } = facts;
  const { definition } = provider.app.spec;
  await writeKept(client, { definition, ...kept, ledger: way.prepared }, context);
  for (const step of plan.steps) await session.carryOut(step, claim);
  const middleware =
    claim.strategy === 'forward-auth' ? await keepForwardAuth(client, claim.id, provider, context) : null;
  const shown = await session.bindingOf(claim, secretsAt(way.target, placeOf(way.target))[0]);
  const stuck = await releaseAll(client, way.leaving, adapters, context);
  const ledger = arrival(
    way,
    stuck.map(({ place }) => place),
    context.clock.now(),
  );
  await writeKept(client, { definition, ledger, shown }, context);
  await deleteFormerSecrets(client, context);
  for (const { type, reason, message } of plan.happenings) context.event(type, reason, message);
  return ready({
    status: statusOf(scene, claim, { middleware, bindingHash: bindingHash(digestKey, shown), ledger }),
    conditions: [...plan.conditions, ...changing(scene, ledger, facts, stuck)],
    after: ledger.former.length === 0 ? checkInterval : Math.min(overlapInterval, afterOf(facts.used)),
  });
}

const afterOf = (used: Consumption | undefined): number =>
  used?.done === false ? (used.after ?? overlapInterval) : overlapInterval;

function statusOf(
  { client, provider }: Scene,
  { id }: Claim,
  { middleware, bindingHash, ledger }: { middleware: string | null; bindingHash: string; ledger: Ledger },
): object {
  const at: ProviderRef = provider.ref;
  return {
    clientId: id,
    provider: at,
    leaving: leavingOf(at, ledger),
    middleware,
    binding: { name: secretKeyOf(client).name },
    bindingHash,
    rotation: ledger.current?.rotation ?? null,
  };
}

/** The other providers that still have a client: until it is gone there, they must not go either. */
function leavingOf(at: ProviderRef, ledger: Ledger): readonly ProviderRef[] | null {
  const others = new Set(placesOf(ledger).map((place) => place.at));
  others.delete(keyText(at));
  if (others.size === 0) return null;
  return [...others].slice(0, mostLeaving).map((other) => providerAt({ at: other }));
}

/** Says that something of before is still there, and whom it waits for. */
function changing(
  { adapter }: Scene,
  ledger: Ledger,
  { used, wish, claim }: Facts,
  stuck: readonly Stuck[],
): ConditionIntent[] {
  const { former } = ledger;
  if (former.length === 0) return [];
  if (stuck.length > 0) {
    const message = stuck.map((each) => each.message).join(' ');
    return [{ type: 'Changing', status: 'True', reason: 'CannotRemove', message }];
  }
  const why =
    used?.done === false ? used.message : 'whoever uses the binding is given time to take the new one';
  const waits = rotationWaits(ledger, wish) ? ` Rotation ${wish.rotation} comes after that.` : '';
  const isReplaced = adapter.overlap === 'none' && former.every(isAt({ at: wish.at, id: claim.id }));
  const where = new Set(former.map(({ at, id }) => `"${id}" in App ${at}`));
  const what = isReplaced
    ? `App ${wish.at} takes one secret at a time, and the old one works no more`
    : `What was used before is kept (${[...where].join(', ')})`;
  const reason = isReplaced ? 'OldReplaced' : 'OldInUse';
  return [{ type: 'Changing', status: 'True', reason, message: `${what}: ${why}.${waits}` }];
}
