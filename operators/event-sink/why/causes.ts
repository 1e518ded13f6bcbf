import type { Found } from './explore.ts';

/**
 * Which of the resources are root causes, by their places: all that they hang on hangs on them in turn, or there is
 * nothing. Of several that wait for one another, those are meant that are stalled; if none is, all of them.
 */
export function causesAmong(found: readonly Found[]): number[] {
  const [first] = found;
  if (first === undefined || first.judgement.state === 'ready') return [];
  const reach = found.map((_, place) => reachableFrom(place, found));
  return found.flatMap(({ judgement }, place) => {
    if (judgement.state === 'ready') return [];
    const circle = [...(reach[place] ?? [])];
    if (!circle.every((other) => other === place || reach[other]?.has(place) === true)) return [];
    const stalled = circle.some((other) => isStalled(found[other]));
    return !stalled || isStalled(found[place]) ? [place] : [];
  });
}

const isStalled = (one: Found | undefined): boolean =>
  one !== undefined && 'condition' in one.judgement && one.judgement.condition?.type === 'Stalled';

function reachableFrom(start: number, found: readonly Found[]): ReadonlySet<number> {
  const reached = new Set<number>([start]);
  for (const place of reached) for (const next of found[place]?.on ?? []) reached.add(next);
  return reached;
}

/** The places from the first resource to this one, by the way in which it was come to. */
export function pathTo(place: number, found: readonly Found[]): number[] {
  const path: number[] = [];
  for (let at: number | undefined = place; at !== undefined; at = found[at]?.from?.step) path.unshift(at);
  return path;
}
