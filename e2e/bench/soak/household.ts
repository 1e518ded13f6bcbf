import { unready, untilRight } from './calm.ts';
import { createKeepsakes, type Keeping } from './keepsakes.ts';
import { createPerson } from './person.ts';
import type { Product } from './products.ts';
import { strangersIn } from './strangers.ts';
import { type Action, afterAction, afterRest, type Fate, untouched } from './wishes.ts';

/** All that is wanted of a home, and whether the home is so. */
export interface Household {
  readonly products: ReadonlyMap<string, Product>;
  readonly fates: ReadonlyMap<string, Fate>;
  /** Begins to do something. */
  act(action: Action): void;
  /**
   * Waits until all is done, and the home is as it is wanted: all Apps Ready, nothing lost, nothing left over.
   * @throws saying what is wrong.
   */
  rest(): Promise<void>;
}

/** A household that has done nothing yet. */
export function openHousehold(place: Keeping): Household {
  const { client, products } = place;
  const fates = new Map<string, Fate>();
  const person = createPerson(client, products);
  const keepsakes = createKeepsakes(place);

  const act = (action: Action) => {
    fates.set(action.name, afterAction(fates.get(action.name) ?? untouched, action));
    person.act(action);
  };
  const rest = async () => {
    await person.idle();
    const wanted = [...fates].filter(([, { wish }]) => wish !== undefined).map(([name]) => name);
    await untilRight(async () => {
      const waiting = await unready(client, wanted);
      if (waiting.length > 0) return waiting;
      return [...(await keepsakes.check(fates)), ...(await strangersIn(place, fates))];
    });
    await keepsakes.take(fates);
    for (const [name, fate] of fates) fates.set(name, afterRest(fate));
  };
  return { products, fates, act, rest };
}
