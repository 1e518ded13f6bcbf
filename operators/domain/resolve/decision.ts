import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { Provision, Slot } from '../schema/integration.ts';
import type { Costed } from './conflict.ts';
import type { Draft, Refused } from './draft.ts';
import type { Provider } from './installed.ts';
import { refKey } from './ref.ts';
import type { Offer, ResolvedBinding } from './resolution.ts';
import type { CurrentBinding } from './slot.ts';

/** One slot of an App, and what is known of it. */
export interface Question {
  readonly draft: Draft;
  readonly consumer: App;
  readonly slot: Slot;
  readonly chosen?: ProviderRef | undefined;
  readonly current?: CurrentBinding | undefined;
}

/** A slot that is settled. */
export interface Settled {
  readonly kind: 'settled';
  readonly binding: ResolvedBinding;
  readonly offer?: Offer;
}

/** What becomes of a slot: it is settled, something must be installed for it, or it can't be. */
export type Decision =
  | Settled
  | { readonly kind: 'install'; readonly refused: readonly Refused[] }
  | { readonly kind: 'conflict'; readonly conflict: Costed };

export const conflict = (costed: Costed): Decision => ({ kind: 'conflict', conflict: costed });

/** The slot stays empty. */
export const open = (state: 'Off' | 'Unbound', slot: Slot, reason: string): Settled => ({
  kind: 'settled',
  binding: { slot, state, reason },
});

/** The slot has a provider; the offer is absent where that is gone. */
export const bound = (slot: Slot, provider: ProviderRef, reason: string, provision?: Provision): Settled => ({
  kind: 'settled',
  binding: {
    slot,
    state: 'Bound',
    provider: { namespace: provider.namespace, name: provider.name },
    ...(provision === undefined ? {} : { provision }),
    reason,
  },
});

/** The slot stays empty until a person takes one of these. */
export const offered = (slot: Slot, able: readonly Provider[], message: string): Settled =>
  withOffer(open('Unbound', slot, message), able, message);

/** What a slot is settled to, and whom a person may choose instead. */
export const withOffer = (settled: Settled, able: readonly Provider[], message: string): Settled => ({
  ...settled,
  offer: { slot: settled.binding.slot.name, providers: able.map(({ ref }) => ref), message },
});

/** What a slot is settled to for the time being, and what it waits for before that changes. */
export const forNow = (settled: Settled, awaits: string): Settled => ({
  ...settled,
  binding: { ...settled.binding, awaits },
});

export const nameOf = ({ ref }: Provider): string => refKey(ref);
