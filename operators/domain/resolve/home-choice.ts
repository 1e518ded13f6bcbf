import type { App } from '../schema/app.ts';
import { reaches } from './cycle.ts';
import {
  bound,
  type Decision,
  forNow,
  nameOf,
  offered,
  open,
  type Question,
  type Settled,
  withOffer,
} from './decision.ts';
import { judge, lookUp } from './draft.ts';
import type { Provider } from './installed.ts';
import { keyOf, refKey } from './ref.ts';
import { isLeaving, isReady } from './serve.ts';
import { type CurrentBinding, isFirstInstallation, isSticky } from './slot.ts';
import { choiceOf, movesAfter, wiredAfter } from './turn.ts';

/**
 * Decides a slot for sign-on by the home's choice; undefined where the App has its own, the home has none, or it can't
 * serve this slot.
 * @param stays what becomes of the slot if nothing is changed, where it is joined to somebody.
 * @param uses what an App can't run without and is joined to, by `NAMESPACE/NAME`.
 */
export function byHome(
  question: Question,
  stays: Decision | undefined,
  uses: (key: string) => readonly string[],
): Decision | undefined {
  const { draft, consumer, slot, chosen, current } = question;
  const choice = choiceOf(draft.input.home);
  if (slot.kind !== 'SSOClient' || chosen !== undefined || choice === undefined) return undefined;
  const app = lookUp(draft, choice);
  if (app === undefined) {
    if (current !== undefined || slot.required) return undefined;
    return open(
      'Unbound',
      slot,
      `The home signs in at ${choice}, which isn’t installed; the slot is wired when it is.`,
    );
  }
  const verdict = judge(draft, consumer, slot, app);
  if ('why' in verdict || isLeaving(app)) return undefined;
  if (current === undefined) return arriving(question, verdict, uses);
  if (refKey(current.provider) === choice)
    return bound(slot, verdict.ref, `It stays with ${choice}, as the home chooses.`, verdict.offer);
  return moving(question, current, verdict, stays);
}

function arriving(
  { draft, consumer, slot }: Question,
  provider: Provider,
  uses: (key: string) => readonly string[],
): Decision {
  const name = nameOf(provider);
  if (!isFirstInstallation(consumer) && !slot.required) return whenSafe({ draft, consumer, slot }, provider);
  if (!slot.required && reaches(name, keyOf(consumer), uses))
    return open('Unbound', slot, `${name} itself needs this App first; they are joined afterwards.`);
  return bound(slot, provider.ref, `${name} is the home’s choice.`, provider.offer);
}

/**
 * Wires a running App to the only identity provider that is to serve it, where that is safe and its turn: what could
 * bring people new accounts is only offered.
 */
export function whenSafe({ draft, consumer, slot }: Question, provider: Provider): Settled {
  const name = nameOf(provider);
  if (isSticky(slot)) {
    const message = `${name} could serve it; it isn’t wired unasked, because people would get new accounts.`;
    return offered(slot, [provider], message);
  }
  if (!isReady(provider.app)) {
    return open('Unbound', slot, `${name} could serve it; it is wired when ${name} is Ready.`);
  }
  const before = slot.kind === 'SSOClient' ? wiredAfter(consumer, provider.app, draft.input) : undefined;
  if (before !== undefined) {
    return open('Unbound', slot, `${name} could serve it; it is wired after ${before}, which this App uses.`);
  }
  return bound(slot, provider.ref, `${name} has become available.`, provider.offer);
}

function moving(
  { draft, consumer, slot }: Question,
  current: CurrentBinding,
  provider: Provider,
  stays: Decision | undefined,
): Decision | undefined {
  const [from, to] = [refKey(current.provider), nameOf(provider)];
  const moved = bound(
    slot,
    provider.ref,
    `It moves from ${from} to ${to}, as the home chooses.`,
    provider.offer,
  );
  if (!current.settled || stays === undefined) return moved;
  if (stays.kind !== 'settled') return stays;
  if (isSticky(slot)) {
    const message = `The home signs in at ${to}; it isn’t moved there unasked, because people would get new accounts.`;
    return withOffer(stays, [provider], message);
  }
  const before = waitsFor(consumer, provider.app, draft.input);
  return before === undefined ? moved : forNow(stays, `It moves from ${from} to ${to} ${before}.`);
}

function waitsFor(consumer: App, target: App, world: Parameters<typeof movesAfter>[2]): string | undefined {
  if (!isReady(target)) return `when ${keyOf(target)} is Ready`;
  const before = movesAfter(consumer, target, world);
  return before === undefined ? undefined : `after ${before}`;
}
