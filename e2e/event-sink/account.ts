import { isDeepStrictEqual } from 'node:util';
import { kindName, type SinkEvent } from '@hearth/domain';
import { compareVersions, type JsonPatchOperation } from '@hearth/runtime';
import { applyJsonPatch } from '@hearth/runtime/json-patch';
import type { Acknowledged } from './writers.ts';

/** A stretch of versions of a kind of which changes may be missing. */
interface Gap {
  readonly after: string;
  readonly upTo: string;
}

/** What a log says, held against what the writers were told. */
export interface Account {
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
  readonly gaps: number;
  readonly mostGapsOfAKind: number;
  /** Acknowledged changes that lie in a gap. */
  readonly inGaps: number;
  readonly inferred: number;
}

/** Compares a log with what was acknowledged to those who wrote. */
export function accountFor(events: readonly SinkEvent[], acknowledged: readonly Acknowledged[]): Account {
  const gaps = gapsOf(events);
  const byUid = Map.groupBy(
    events.filter(({ type }) => type !== 'gap'),
    ({ resource }) => resource.uid,
  );
  const inGap = ({ of, resourceVersion }: Acknowledged) =>
    (gaps.get(of) ?? []).some(
      ({ after, upTo }) => isBefore(after, resourceVersion) && !isBefore(upTo, resourceVersion),
    );
  const created = new Map(
    acknowledged.filter(({ type }) => type === 'create').map((change) => [change.uid, change]),
  );
  let inGaps = 0;
  const missing = acknowledged.flatMap((change) => {
    const fault = faultOf(change, byUid.get(change.uid) ?? []);
    if (fault === undefined) return [];
    const passedOver = change.type === 'delete' ? created.get(change.uid) : change;
    const excused = passedOver !== undefined && inGap(passedOver);
    if (excused) inGaps += 1;
    return excused ? [] : [fault];
  });
  return {
    faults: [...missing, ...[...byUid.values()].flatMap(storyFaults), ...doubles(events)],
    gaps: [...gaps.values()].flat().length,
    mostGapsOfAKind: Math.max(0, ...[...gaps.values()].map(({ length }) => length)),
    inGaps,
    inferred: events.filter(({ inferred }) => inferred).length,
  };
}

/** Where a gap begins is where the kind stood before. */
function gapsOf(events: readonly SinkEvent[]): Map<string, Gap[]> {
  const gaps = new Map<string, Gap[]>();
  const stood = new Map<string, string>();
  for (const { type, resource, resourceVersion } of events) {
    const of = kindName(resource);
    const after = stood.get(of) ?? '1';
    if (type === 'gap') gaps.set(of, [...(gaps.get(of) ?? []), { after, upTo: resourceVersion }]);
    if (isBefore(after, resourceVersion)) stood.set(of, resourceVersion);
  }
  return gaps;
}

const isBefore = (one: string, other: string | undefined): boolean => (compareVersions(one, other) ?? 0) < 0;

/** What is missing of an acknowledged change, among the events of its object. */
function faultOf(
  { of, type, uid, resourceVersion, writer }: Acknowledged,
  events: readonly SinkEvent[],
): string | undefined {
  const what = `${type} of ${of} ${uid} at ${resourceVersion ?? 'its end'}`;
  if (type === 'delete')
    return events.some((event) => event.type === 'deleted') ? undefined : `${what} is missing`;
  const found = events.find((event) => event.resourceVersion === resourceVersion && event.type !== 'deleted');
  if (found === undefined) return `${what} is missing`;
  return found.actor.name === writer ? undefined : `${what} was by ${writer}, not by "${found.actor.name}"`;
}

/** What is wrong in the events of one object: they begin, go on and end in order, each from where the last one led. */
function storyFaults(events: readonly SinkEvent[]): string[] {
  const what = `${events[0]?.resource.name} ${events[0]?.resource.uid}`;
  return events.flatMap((event, index) => {
    const before = events[index - 1];
    const at = `${what} at event ${event.seq}`;
    if ((event.type === 'added') !== (before === undefined)) return [`${at} is ${event.type} out of turn`];
    if (before?.type === 'deleted') return [`${at} goes on after its end`];
    if (before && !isBefore(before.resourceVersion, event.resourceVersion)) return [`${at} goes back`];
    if (event.type !== 'modified') return [];
    const patched = applyJsonPatch(
      before?.object ?? {},
      (event.patch ?? []) as readonly JsonPatchOperation[],
    );
    return isDeepStrictEqual(patched, event.object)
      ? []
      : [`${at} is not what its patch makes of the last state`];
  });
}

/** Events that say the same for a second time. */
function doubles(events: readonly SinkEvent[]): string[] {
  const told = new Set<string>();
  return events.flatMap(({ seq, type, resource, resourceVersion }) => {
    const text = `${type} ${kindName(resource)} ${resource.uid} ${resourceVersion}`;
    const isDouble = told.has(text);
    told.add(text);
    return isDouble ? [`event ${seq} repeats ${text}`] : [];
  });
}
