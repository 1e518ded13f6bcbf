import { type Context, type Controller, watched } from './controller.ts';
import { type Immutable, type Key, keyOf, keyText, kindText, type Resource } from './resource.ts';
import type { Informer } from './watch/informer.ts';

/**
 * Deletes what the objects of a controller have left, where the garbage collector does not. That knows objects by their
 * names between two lists: of one that is deleted and made anew while it is cut off from the API server it sees that it
 * has changed, and what the first one owned stays for ever, or in the way of what the second one makes.
 */
export interface Leftovers {
  /** Before a pass: deletes what a former object of the same name owned. */
  ofFormer(object: Immutable<Resource>, context: Tools): Promise<void>;
  /**
   * Of a name that no object has any more: deletes what the last one owned, once the garbage collector had its time.
   * Returns the milliseconds after which to look again; undefined where nothing is left.
   */
  ofGone(key: Key, context: Tools): Promise<number | undefined>;
}

type Tools = Pick<Context, 'read' | 'act' | 'clock' | 'log'>;

/** What the garbage collector has to do takes it seconds. */
const GRACE = 30_000;

/**
 * Whose a leftover is, is decided as the garbage collector does: by the owner that the API server has now, and not by
 * a cache.
 */
export function createLeftovers(
  { kind, owns = [] }: Controller,
  informers: ReadonlyMap<string, Pick<Informer, 'kind' | 'cache'>>,
): Leftovers {
  const owned = owns.flatMap((entry) => informers.get(kindText(watched(entry).kind)) ?? []);
  const since = new Map<string, number>();

  /** What was owned by another object of the owner's name, and is not being deleted yet. */
  const leftBeside = (owner: Immutable<Resource>) =>
    owned.flatMap((informer) =>
      informer.cache
        .ownedByFormer(owner)
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata }) => ({ kind: informer.kind, metadata })),
    );
  const remove = async (left: ReturnType<typeof leftBeside>, { act, log }: Tools) => {
    log.info(
      { left: left.map((each) => `${each.kind.kind} ${keyText(each.metadata)}`) },
      'deleting what was left',
    );
    for (const { kind: of, metadata } of left) {
      const { namespace, name, uid, resourceVersion } = metadata;
      await act.delete(of, { namespace, name }, { uid, resourceVersion });
    }
  };

  return {
    async ofFormer(object, tools) {
      since.delete(keyText(keyOf(object)));
      const left = leftBeside(object);
      if (left.length === 0) return;
      const live = await tools.read.live(kind, keyOf(object));
      if (live?.metadata.uid === object.metadata.uid) await remove(left, tools);
    },
    async ofGone(key, tools) {
      const text = keyText(key);
      const left = leftBeside({ apiVersion: kind.apiVersion, kind: kind.kind, metadata: key });
      if (left.length === 0) {
        since.delete(text);
        return undefined;
      }
      const now = tools.clock.monotonic();
      const first = since.get(text) ?? now;
      since.set(text, first);
      if (now - first < GRACE) return first + GRACE - now;
      if ((await tools.read.live(kind, key)) === undefined) await remove(left, tools);
      return GRACE;
    },
  };
}
