import type { App } from '../schema/app.ts';
import type { ProviderRef } from '../schema/fields.ts';

/** `NAMESPACE/NAME`. */
export const refKey = (ref: ProviderRef): string => `${ref.namespace}/${ref.name}`;

/** What others call an App by. */
export const refOf = (app: App): ProviderRef => ({
  namespace: app.metadata.namespace ?? 'default',
  name: app.metadata.name,
});

/** `NAMESPACE/NAME` of an App. */
export const keyOf = (app: App): string => refKey(refOf(app));

/** Orders texts by code unit: the same everywhere, whatever the locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders by a text made of each item. */
export const byKey =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    byText(key(a), key(b));

/** `a`, `b` and `c`, for a sentence. */
export function listOf(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
}
