import { type Context, type Controller, watched } from './controller.ts';
import { type Immutable, keyOf, kindText, type Resource } from './resource.ts';
import type { Informer } from './watch/informer.ts';

/** Deletes what is left of former objects; see {@link createLeftovers}. */
export type DeleteLeftovers = (
  object: Immutable<Resource>,
  context: Pick<Context, 'read' | 'act'>,
) => Promise<void>;

/**
 * Deletes, before each pass, what a former object of the same name owned, as the garbage collector does. Where an object
 * is deleted and made anew while that is cut off from the API server, it sees one object that has changed, since it knows
 * objects by their names between two lists; what the first one owned would stay for ever.
 *
 * Whose an object is, is decided as the garbage collector does: by the owner of now, and not by a cache.
 */
export function createLeftovers(
  { kind, owns = [] }: Controller,
  informers: ReadonlyMap<string, Pick<Informer, 'kind' | 'cache'>>,
): DeleteLeftovers {
  const owned = owns.flatMap((entry) => informers.get(kindText(watched(entry).kind)) ?? []);
  return async (object, { read, act }) => {
    const left = owned.flatMap((informer) =>
      informer.cache.ownedByFormer(object).map((leftover) => [informer.kind, leftover.metadata] as const),
    );
    const fresh = left.filter(([, { deletionTimestamp }]) => deletionTimestamp === undefined);
    if (fresh.length === 0) return;
    const live = await read.live(kind, keyOf(object));
    if (live?.metadata.uid !== object.metadata.uid) return;
    for (const [of, { namespace, name, uid, resourceVersion }] of fresh)
      await act.delete(of, { namespace, name }, { uid, resourceVersion });
  };
}
