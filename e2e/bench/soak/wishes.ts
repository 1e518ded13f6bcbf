import type { Product } from './products.ts';
import type { Random } from './random.ts';

/** The gateways that there are, and to be reached by none. */
const GATEWAYS = ['traefik', 'other'] as const;

/** How a person wants one App. */
export interface Wish {
  readonly size: number;
  /** Which of the hosts that are its own. */
  readonly host: number;
  /** Undefined where there is nothing to choose from. */
  readonly version: string | undefined;
  readonly gateway: (typeof GATEWAYS)[number] | 'none';
}

/** What is known of one name by what was done about it, whatever became of that. */
export interface Fate {
  /** Undefined where no App of this name is wanted. */
  readonly wish?: Wish | undefined;
  /** The App was seen Ready since it was installed. */
  readonly settled: boolean;
  /**
   * Whether there are data and keys under this name: of the App, or left by the former one. It can't be told of one
   * that was removed before it was seen Ready: how far it had come, nobody knows.
   */
  readonly data: 'none' | 'some' | 'unknown';
}

/** Something that a person does. */
export type Action =
  | { readonly type: 'install' | 'change'; readonly name: string; readonly wish: Wish }
  | { readonly type: 'remove'; readonly name: string; readonly deletion: 'Retain' | 'Delete' };

/** A name that nobody has used yet. */
export const untouched: Fate = { settled: false, data: 'none' };

/** Hosts of one App, among which it moves. */
const HOSTS = 3;
/** Of what is done to an installed App, how much is removal. */
const REMOVALS = 0.35;

/** What is done next: to a name by chance, something by chance that can be done about it. */
export function nextAction(
  products: ReadonlyMap<string, Product>,
  fates: ReadonlyMap<string, Fate>,
  random: Random,
): Action {
  const [name, product] = random.pick([...products]);
  const wish = fates.get(name)?.wish;
  if (wish === undefined) return { type: 'install', name, wish: anyWish(product, random) };
  if (random.chance(REMOVALS))
    return { type: 'remove', name, deletion: random.pick(['Retain', 'Delete'] as const) };
  return { type: 'change', name, wish: changed(wish, product, random) };
}

/** Any way that a person might want this. */
const anyWish = (product: Product, random: Random): Wish => ({
  size: 1 + random.below(100),
  host: random.below(HOSTS),
  version: product.versions.length > 0 ? random.pick(product.versions) : undefined,
  gateway: random.pick(product.canHide ? [...GATEWAYS, 'none' as const] : GATEWAYS),
});

/** The same wish but for one part of it, which may turn out to be as it was. */
function changed(wish: Wish, product: Product, random: Random): Wish {
  const part = random.pick(['size', 'host', 'version', 'gateway'] as const);
  return { ...wish, [part]: anyWish(product, random)[part] };
}

/** What is known after something was done, and nothing else is known yet. */
export function afterAction(fate: Fate, action: Action): Fate {
  switch (action.type) {
    case 'install':
      return { ...fate, wish: action.wish, settled: false };
    case 'change':
      return { ...fate, wish: action.wish };
    case 'remove':
      return { settled: false, data: dataAfterRemoval(fate, action.deletion) };
  }
}

function dataAfterRemoval({ settled, data }: Fate, deletion: 'Retain' | 'Delete'): Fate['data'] {
  if (deletion === 'Retain') return data === 'some' ? 'some' : 'unknown';
  // What a former App left, and this one had not yet taken over, does not go with it.
  return settled || data === 'none' ? 'none' : 'unknown';
}

/** What is known once every App that is wanted was seen Ready. */
export const afterRest = (fate: Fate): Fate =>
  fate.wish === undefined ? fate : { ...fate, settled: true, data: 'some' };
