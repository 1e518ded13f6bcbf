import type { FakeContext } from '@hearth/runtime/testing';

/**
 * From now on, the kinds of what a context is told to delete by name alone: by then another object may have that name,
 * and go in the place of the one that was looked at.
 */
export function deletedByName({ act }: FakeContext): readonly string[] {
  const kinds: string[] = [];
  const remove = act.delete;
  const noted: typeof remove = (kind, key, how) => {
    if (how?.uid === undefined) kinds.push(kind.kind);
    return remove(kind, key, how);
  };
  Object.assign(act, { delete: noted });
  return kinds;
}
