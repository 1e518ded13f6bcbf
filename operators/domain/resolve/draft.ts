import type { App } from '../schema/app.ts';
import type { Slot } from '../schema/integration.ts';
import type { Costed } from './conflict.ts';
import { wantsAlone } from './facts.ts';
import { DEDICATED_TO, type Provider, providersIn } from './installed.ts';
import { byKey, keyOf, refKey, refOf } from './ref.ts';
import type { ResolvedInstall, ResolveInput } from './resolution.ts';
import { isLeaving, mayServe, offeredVersion, PROVIDERS_NAMESPACE, shortcoming } from './serve.ts';
import { isCompatible, offerKey } from './slot.ts';

/** An App that the plan installs first, as it will be. */
export interface Pending {
  readonly app: App;
  readonly install: ResolvedInstall;
}

/** The home as one resolution sees it: what is installed, and what the plan adds to it as it grows. */
export interface Draft {
  readonly input: ResolveInput;
  readonly wantedKey: string;
  readonly pending: Map<string, Pending>;
  /** By `NAMESPACE/NAME`: what an App can't run without, as far as it was looked at. */
  readonly requirements: Map<string, readonly string[]>;
  readonly conflicts: Costed[];
}

/** Why an App can't serve a slot. */
export interface Refusal {
  /** Scope: it may not; Needs: it falls short of them; Leaving: it is being deleted. */
  readonly cause: 'Scope' | 'Needs' | 'Leaving';
  /** The end of a sentence that begins with the App's name. */
  readonly why: string;
}

/** An App that offers the right kind and can't serve. */
export interface Refused extends Refusal {
  readonly provider: Provider;
}

/** Who could serve a slot and who couldn't, each App once, in the order of names. */
export interface Candidates {
  readonly able: readonly Provider[];
  readonly refused: readonly Refused[];
}

/** The App of a name: the wanted one as it is wanted, not as it was. */
export function lookUp(draft: Draft, key: string): App | undefined {
  if (key === draft.wantedKey) return draft.input.wanted;
  return draft.pending.get(key)?.app ?? draft.input.installed.apps.get(key);
}

/** The offer of an App that serves a slot, or why it has none. */
export function judge(draft: Draft, consumer: App, slot: Slot, app: App): Provider | Refusal {
  const { namespace } = refOf(consumer);
  if (!mayServe(app, namespace)) return { cause: 'Scope', why: notShared(app, namespace) };
  if (!isCompatible(slot, app)) {
    return { cause: 'Scope', why: `is \`${app.spec.definition}\`, which the slot isn’t made for` };
  }
  const held = heldByAnother(draft, consumer, slot, app);
  if (held !== undefined) return { cause: 'Needs', why: held };
  let why = `offers no ${offerKey(slot)}`;
  for (const provider of providersIn(app, draft.input.catalogue)) {
    if (offerKey(provider.offer) !== offerKey(slot)) continue;
    const short = shortcoming(provider.offer, slot, versionOf(draft, provider));
    if (short === undefined) return provider;
    why = short;
  }
  return { cause: 'Needs', why };
}

/** Everyone who offers what a slot asks for, judged. Apps made for another one alone don't count at all. */
export function candidatesFor(draft: Draft, consumer: App, slot: Slot): Candidates {
  const able: Provider[] = [];
  const refused: Refused[] = [];
  for (const provider of appsInReach(draft, consumer, slot)) {
    const verdict = judge(draft, consumer, slot, provider.app);
    if ('why' in verdict) refused.push({ provider, ...verdict });
    else if (isLeaving(provider.app)) refused.push({ provider, cause: 'Leaving', why: 'is being deleted' });
    else able.push(verdict);
  }
  const own = able.filter(({ app }) => app.metadata.annotations?.[DEDICATED_TO] === keyOf(consumer));
  if (own.length > 0) return { able: own, refused };
  const standing = able.filter(({ ref }) => !draft.pending.has(refKey(ref)));
  return { able: standing.length > 0 ? standing : able, refused };
}

function appsInReach(draft: Draft, consumer: App, slot: Slot): readonly Provider[] {
  const { installed, wanted, catalogue } = draft.input;
  const self = keyOf(consumer);
  const offer = offerKey(slot);
  const namespaces = new Set([refOf(consumer).namespace, PROVIDERS_NAMESPACE]);
  const found = [...namespaces].flatMap((namespace) => installed.offers(namespace, offer));
  const planned = [wanted, ...[...draft.pending.values()].map(({ app }) => app)]
    .flatMap((app) => providersIn(app, catalogue))
    .filter((provider) => offerKey(provider.offer) === offer && namespaces.has(provider.ref.namespace));
  const byApp = new Map<string, Provider>();
  // The wanted App counts as it is wanted, not as it was.
  for (const provider of [...planned, ...found]) {
    const madeFor = provider.app.metadata.annotations?.[DEDICATED_TO] ?? self;
    const key = refKey(provider.ref);
    if (key !== self && madeFor === self && !byApp.has(key)) byApp.set(key, provider);
  }
  return [...byApp.values()].sort(byKey(({ ref }) => refKey(ref)));
}

/** `isolation: instance` goes both ways: who needs it shares with nobody, and nobody shares with them. */
function heldByAnother(draft: Draft, consumer: App, slot: Slot, app: App): string | undefined {
  const self = keyOf(consumer);
  const key = keyOf(app);
  const { installed } = draft.input;
  if ((installed.holder(key) ?? self) !== self) return 'is kept for one App alone';
  if (!wantsAlone(slot)) return undefined;
  const others = draft.pending.has(key)
    ? app.metadata.annotations?.[DEDICATED_TO] !== self
    : installed.consumers(key).some((other) => refKey(other) !== self);
  return others ? 'serves other Apps already' : undefined;
}

function notShared(app: App, namespace: string): string {
  return refOf(app).namespace === PROVIDERS_NAMESPACE
    ? `isn’t shared with the namespace \`${namespace}\` (its share.namespaces says who may use it)`
    : `is in another namespace, and only Apps in ${PROVIDERS_NAMESPACE} may serve others`;
}

function versionOf(draft: Draft, { app, offer }: Provider): string | undefined {
  const definition = draft.input.catalogue.get(app.spec.definition);
  return definition === undefined ? undefined : offeredVersion(app, definition, offer);
}
