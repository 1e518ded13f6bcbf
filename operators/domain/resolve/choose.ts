import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Slot } from '../schema/integration.ts';
import {
  ambiguous,
  boundUnable,
  chosenMissing,
  chosenUnable,
  dataWouldMove,
  kindOf,
  kindUnsupported,
  requiredSlotOff,
} from './conflict.ts';
import { reaches } from './cycle.ts';
import { bound, conflict, type Decision, nameOf, offered, open, type Question } from './decision.ts';
import { type Candidates, candidatesFor, type Draft, judge, lookUp, type Refused } from './draft.ts';
import { byHome, whenSafe } from './home-choice.ts';
import type { Provider } from './installed.ts';
import { keyOf, listOf, refKey } from './ref.ts';
import { isLeaving } from './serve.ts';
import { currentBinding, holdsData, isFirstInstallation, isSticky, slotsOf } from './slot.ts';

/**
 * What an App can't run without, by `NAMESPACE/NAME`. For an installed App it is decided as its own
 * resolution would; of the wanted App and of what the plan installs it is known already.
 */
export function requirementsOf(draft: Draft, key: string): readonly string[] {
  const known = draft.requirements.get(key);
  if (known !== undefined) return known;
  const app = lookUp(draft, key);
  const definition = app && draft.input.catalogue.get(app.spec.definition);
  if (app === undefined || definition === undefined || app.spec.external !== undefined) return [];
  const required = slotsOf(definition).filter((slot) => slot.required);
  const found = required.flatMap((slot) => {
    const decision = decideSlot(draft, app, slot);
    const provider = decision.kind === 'settled' ? decision.binding.provider : undefined;
    return provider === undefined ? [] : [refKey(provider)];
  });
  draft.requirements.set(key, found);
  return found;
}

/** What an App can't run without, and what else it is joined to already. */
function everythingUsed(draft: Draft, key: string): readonly string[] {
  const bindings = lookUp(draft, key)?.status?.bindings ?? [];
  const joined = bindings.flatMap(({ providerRef }) =>
    providerRef === undefined ? [] : [refKey(providerRef)],
  );
  return [...requirementsOf(draft, key), ...joined];
}

/**
 * Decides one slot, in this order: the App's choice, the home's (for sign-on), what it is bound to, the only installed
 * provider that can serve it; what is then missing is installed if the slot is required. Never a guess.
 */
export function decideSlot(draft: Draft, consumer: App, slot: Slot): Decision {
  const choice = consumer.spec.integrations?.find(({ name }) => name === slot.name);
  if (choice?.mode === 'Off') {
    return slot.required ? conflict(requiredSlotOff(consumer, slot)) : open('Off', slot, 'It is turned off.');
  }
  if (!draft.input.supported.has(slot.kind)) {
    return slot.required
      ? conflict(kindUnsupported(consumer, slot))
      : open('Unbound', slot, `This version of Hearth makes no ${slot.kind}.`);
  }
  const chosen = choice?.providerRef;
  const question = { draft, consumer, slot, chosen, current: currentBinding(consumer, slot) };
  const stays = byCurrent(question);
  const uses = (key: string) => everythingUsed(draft, key);
  return byChoice(question) ?? byHome(question, stays, uses) ?? stays ?? byCandidates(question);
}

function byChoice({ draft, consumer, slot, chosen, current }: Question): Decision | undefined {
  if (chosen === undefined) return undefined;
  const key = refKey(chosen);
  const isCurrent = current !== undefined && refKey(current.provider) === key;
  if (current?.settled && !isCurrent && holdsData(slot)) {
    return conflict(dataWouldMove(consumer, slot, refKey(current.provider), key));
  }
  const app = lookUp(draft, key);
  if (app === undefined) {
    if (isCurrent && current.settled && isSticky(slot)) return keptThoughGone(slot, chosen);
    return slot.required
      ? conflict(chosenMissing(consumer, slot, key))
      : open('Unbound', slot, `${key} is chosen and isn’t installed; the slot is wired when it is.`);
  }
  const verdict = judge(draft, consumer, slot, app);
  if ('why' in verdict) return conflict(chosenUnable(consumer, slot, key, verdict.why));
  if (isLeaving(app) && !isCurrent) {
    return conflict(chosenUnable(consumer, slot, key, 'is being deleted'));
  }
  const moves = current?.settled && !isCurrent;
  const reason = moves
    ? `It moves from ${refKey(current.provider)} to ${key}, which was chosen.`
    : `${key} was chosen.`;
  return bound(slot, chosen, reason, verdict.offer);
}

function byCurrent({ draft, consumer, slot, chosen, current }: Question): Decision | undefined {
  if (chosen !== undefined || current === undefined) return undefined;
  const key = refKey(current.provider);
  const keep = current.settled && isSticky(slot);
  const app = lookUp(draft, key);
  if (app === undefined) return keep ? keptThoughGone(slot, current.provider) : undefined;
  const verdict = judge(draft, consumer, slot, app);
  if (!('why' in verdict)) return bound(slot, current.provider, `It stays with ${key}.`, verdict.offer);
  if (verdict.cause !== 'Scope' && !draft.input.catalogue.has(app.spec.definition)) {
    const reason = `It stays with ${key}, whose definition \`${app.spec.definition}\` is no longer in the catalogue.`;
    return bound(slot, current.provider, reason);
  }
  return keep ? conflict(boundUnable(consumer, slot, key, verdict.why)) : undefined;
}

function byCandidates(question: Question): Decision {
  const { draft, consumer, slot } = question;
  const candidates = candidatesFor(draft, consumer, slot);
  if (slot.required) return forRequired(question, candidates);
  if (candidates.able.length === 0) return open('Unbound', slot, nobody(slot, candidates.refused));
  return isFirstInstallation(consumer)
    ? atFirstInstallation(question, candidates.able)
    : lateArrival(question, candidates.able);
}

function forRequired({ consumer, slot }: Question, { able, refused }: Candidates): Decision {
  const [only] = able;
  if (only === undefined) return { kind: 'install', refused };
  if (able.length > 1) return conflict(ambiguous(consumer, slot, able.map(nameOf)));
  return bound(slot, only.ref, `${nameOf(only)} is the only one that can serve it.`, only.offer);
}

/** Nothing of the app exists yet, so an optional slot takes what is there, of any kind. */
function atFirstInstallation({ draft, consumer, slot }: Question, able: readonly Provider[]): Decision {
  const [only] = able;
  if (only === undefined || able.length > 1) return conflict(ambiguous(consumer, slot, able.map(nameOf)));
  if (reaches(nameOf(only), keyOf(consumer), (key) => everythingUsed(draft, key))) {
    return open('Unbound', slot, `${nameOf(only)} itself needs this App first; they are joined afterwards.`);
  }
  return bound(slot, only.ref, `${nameOf(only)} is the only one that can serve it.`, only.offer);
}

/** The app runs: what is safe is wired once it works, what holds data or accounts is only offered. */
function lateArrival(question: Question, able: readonly Provider[]): Decision {
  const { slot } = question;
  const names = able.map(nameOf);
  const [only] = able;
  if (holdsData(slot)) {
    const message = `${listOf(names)} could serve it; it isn’t wired unasked, because its data doesn’t move with it.`;
    return offered(slot, able, message);
  }
  if (only === undefined || able.length > 1) {
    return offered(slot, able, `${listOf(names)} could each serve it; choose one.`);
  }
  return whenSafe(question, only);
}

const keptThoughGone = (slot: Slot, provider: ProviderRef): Decision =>
  bound(
    slot,
    provider,
    `${refKey(provider)} is gone; it isn’t exchanged, because ${holdsData(slot) ? 'the data' : 'people’s accounts'} would be left behind.`,
  );

function nobody(slot: Slot, refused: readonly Refused[]): string {
  if (refused.length === 0) return `Nothing here offers a ${kindOf(slot)} yet.`;
  return `${refused.map(({ provider, why }) => `${nameOf(provider)} ${why}`).join('; ')}.`;
}
