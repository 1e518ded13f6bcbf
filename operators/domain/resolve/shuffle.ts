import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Resolution } from './resolution.ts';

/** What was decided, without the parts of the input that it carries along. */
export const decisions = (resolution: Resolution): string =>
  JSON.stringify(resolution, (key, value) =>
    key === 'slot' && typeof value === 'object'
      ? value.name
      : key === 'provision' || key === 'definition'
        ? (value.name ?? value.metadata?.name ?? value)
        : value,
  );

/** The items in another order. */
export const shuffled = <T>(items: readonly T[] | undefined, seed: number): T[] =>
  [...(items ?? [])]
    .map((item, index) => ({ item, rank: Math.imul(index + 1, seed | 1) >>> 3 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

const reversedKeys = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).reverse()) as T;

/** The same App, its maps and lists in another order. */
export const shuffleApp = (each: App, seed: number): App =>
  reversedKeys({
    ...each,
    spec: reversedKeys({
      ...each.spec,
      integrations: shuffled(each.spec.integrations, seed),
      ...(each.spec.share ? { share: { namespaces: shuffled(each.spec.share.namespaces, seed) } } : {}),
    }),
    ...(each.status ? { status: { ...each.status, bindings: shuffled(each.status.bindings, seed) } } : {}),
  });

/** The same definition, its maps and lists in another order, but those whose order says something. */
export const shuffleDefinition = (each: AppDefinition, seed: number): AppDefinition => ({
  ...each,
  spec: reversedKeys({
    ...each.spec,
    architectures: shuffled(each.spec.architectures, seed),
    integrations: shuffled(each.spec.integrations, seed).map((slot) =>
      reversedKeys({ ...slot, compatible: shuffled(slot.compatible, seed) }),
    ),
    provides: shuffled(each.spec.provides, seed).map((offer) =>
      'isolation' in offer ? { ...offer, isolation: shuffled(offer.isolation, seed) } : offer,
    ),
  }),
});
