import { kinds, relativeIri, type SinkEvent } from '@hearth/domain';
import type { Named } from '../graph/edges.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import type { By, Needs } from './outward.ts';

/** A resource that was looked at, and what it hangs on that is not ready. */
export interface Found {
  readonly named: Named;
  /** Absent of what is not there, and of what the asker may not see. */
  readonly event?: SinkEvent | undefined;
  readonly judgement: Judgement | { readonly state: 'missing' | 'hidden'; readonly phrase: string };
  /** The first way in which it was come to: the place of the other in the list. */
  readonly from?: { readonly step: number; readonly by: By } | undefined;
  /** What of that which it hangs on is not ready, by places in the list. */
  readonly on: readonly number[];
}

/** What is known, and to whom it is told. */
export interface Known {
  readonly states: ReadonlyMap<string, SinkEvent>;
  readonly needs: Needs;
  readonly isVisible: (iri: string) => boolean;
}

/** So many resources are looked at for one answer. */
const MOST = 200;

/**
 * Looks at a resource and, while what it comes to is not ready, at what that hangs on in turn: each once, however they
 * hang together.
 */
export function explore(
  about: Named,
  known: Known,
): { readonly found: readonly Found[]; readonly truncated: boolean } {
  const found: (Found & { on: number[] })[] = [];
  const places = new Map<string, number>();
  let truncated = false;

  function visit(named: Named, from?: Found['from']): number | undefined {
    const iri = relativeIri(named);
    const place = places.get(iri);
    if (place !== undefined) return place;
    if (places.size === MOST) {
      truncated = true;
      return undefined;
    }
    const here = found.length;
    const { event, judgement } = lookAt(named, known);
    const on: number[] = [];
    places.set(iri, here);
    found.push({ named, event, judgement, from, on });
    if (!goesOn(judgement)) return here;
    for (const need of known.needs(named)) {
      const next = visit(need.on, { step: here, by: need.by });
      if (next !== undefined && found[next]?.judgement.state !== 'ready' && !on.includes(next)) on.push(next);
    }
    return here;
  }

  visit(about);
  return { found, truncated };
}

/** What is ready lacks nothing, and what is to blame itself would not be helped by anything else. */
const goesOn = (judgement: Found['judgement']): boolean =>
  (judgement.state === 'not-ready' || judgement.state === 'unknown') && judgement.ownFault !== true;

function lookAt(named: Named, { states, isVisible }: Known): Pick<Found, 'event' | 'judgement'> {
  const iri = relativeIri(named);
  // Whether it is there is not told either.
  if (!isVisible(iri)) return { judgement: { state: 'hidden', phrase: 'may not be seen by you' } };
  const event = states.get(iri);
  if (event !== undefined) return { event, judgement: judge(event) };
  return isRecorded(named)
    ? { judgement: { state: 'missing', phrase: 'is not there' } }
    : { judgement: { state: 'ready', phrase: 'is not of the suite' } };
}

/**
 * Whether it would be known if it were there. Of Kubernetes’ own kinds the log has what the suite made; an app may also
 * hang on somebody else’s.
 */
const isRecorded = (named: Named): boolean => kindOf(named) !== undefined;

/** The kind of the suite that a plural names. */
export const kindOf = ({ group, plural }: Named): string | undefined =>
  kinds.find((kind) => kind.group === group && kind.plural === plural)?.kind;
