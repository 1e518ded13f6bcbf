import { relativeIri, type SinkEvent } from '@hearth/domain';
import type { Edge } from '../graph/edges.ts';
import type { EdgeName } from '../vocabulary/terms.ts';
import { statedEdges } from './outward.ts';
import { seenBy, type WhyInput } from './why.ts';

/** A resource beside another. */
export interface Neighbour {
  readonly edge: EdgeName;
  /** `to`: the edge leads from the one that was asked about to this one. */
  readonly direction: 'to' | 'from';
  /** Its last event. */
  readonly event: SinkEvent;
}

/** All that belongs to a resource, or that it belongs to, as far as it is there and the asker may see it. */
export function neighboursOf(about: string, { states, visible }: Omit<WhyInput, 'now'>): Neighbour[] {
  const isVisible = seenBy(visible);
  const name = states.get(about)?.resource.name;
  const neighbours = new Map<string, Neighbour>();
  for (const { resource, object = {} } of states.values()) {
    const near = statedEdges(resource, object).filter(
      ({ from, to }) => from.name === name || to.name === name,
    );
    for (const edge of near) {
      const { direction, other } = asSeenFrom(about, edge);
      const event = isVisible(other) ? states.get(other) : undefined;
      if (direction === undefined || event === undefined) continue;
      neighbours.set(`${edge.edge} ${direction} ${other}`, { edge: edge.edge, direction, event });
    }
  }
  return [...neighbours.values()];
}

/** Which way an edge leads, and to what; no way, where it has nothing to do with the resource. */
function asSeenFrom(
  about: string,
  { from, to }: Edge,
): { direction?: Neighbour['direction']; other: string } {
  const [source, target] = [relativeIri(from), relativeIri(to)];
  if (source === about) return { direction: 'to', other: target };
  return target === about ? { direction: 'from', other: source } : { other: target };
}
