import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuditor, type LogPart } from './audit.ts';
import { utf8 } from './bytes.ts';
import { emptyExtent, extend } from './chain.ts';
import type { TreeHead } from './checkpoint.ts';
import { emptyFrontier, grow, leafHash, rootOf } from './merkle.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
type Part<Name extends LogPart['part']> = Extract<LogPart, { part: Name }>;

/** A log with these names in its events. */
function logOf(names: readonly string[]): Part<'event'>[] {
  let extent = emptyExtent;
  return names.map((name, index) => {
    const text = `{"seq":${index + 1},"name":"${name}"}`;
    extent = extend(sha256, extent, leafHash(sha256, utf8(text)));
    return { part: 'event', seq: index + 1, text, hash: extent.hash };
  });
}

const leavesOf = (events: readonly Part<'event'>[]) => events.map(({ text }) => leafHash(sha256, utf8(text)));
const rootOfEvents = (events: readonly Part<'event'>[]) =>
  rootOf(
    sha256,
    leavesOf(events).reduce((tree, leaf) => grow(sha256, tree, leaf), emptyFrontier),
  );
const checkpointOf = (events: readonly Part<'event'>[], size: number): TreeHead => ({
  origin: 'log',
  size,
  root: rootOfEvents(events.slice(0, size)),
});
const auditOf = (parts: readonly LogPart[], checkpoints: readonly TreeHead[] = []) => {
  const auditor = createAuditor(sha256, checkpoints);
  for (const part of parts) auditor.take(part);
  return auditor.result();
};
const found = (parts: readonly LogPart[], checkpoints?: readonly TreeHead[]) =>
  auditOf(parts, checkpoints).findings.map(({ seq }) => seq);

const log = logOf(['a', 'b', 'c', 'd', 'e', 'f']);
const checkpoints = [0, 4, 6].map((size) => checkpointOf(log, size));
const sealOf = (events: readonly Part<'event'>[]): Part<'seal'> => ({
  part: 'seal',
  first: events[0]?.seq ?? 0,
  last: events.at(-1)?.seq ?? 0,
  root: rootOfEvents(events),
  hash: events.at(-1)?.hash ?? emptyExtent.hash,
});
const firstFour = log.slice(0, 4);
const pruned: Part<'pruned'> = {
  part: 'pruned',
  first: 1,
  leaves: leavesOf(firstFour),
  kept: log.slice(1, 2),
};

test('a log as it was written has nothing to find', () => {
  expect(auditOf(log, checkpoints)).toEqual({ head: { seq: 6, hash: log[5]?.hash }, findings: [] });
  expect(found([...firstFour, sealOf(firstFour), ...log.slice(4)], checkpoints)).toEqual([]);
  expect(found([pruned, sealOf(firstFour), ...log.slice(4)], checkpoints)).toEqual([]);
  expect(found([])).toEqual([]);
});

const changed = (at: number, change: Partial<Part<'event'>>) =>
  log.map((event, index) => (index === at ? { ...event, ...change } : event));
const otherHash = new Uint8Array(32).fill(1);

test.each<[string, readonly LogPart[], number[]]>([
  ['an event that was changed', changed(2, { text: '{"seq":3,"name":"x"}' }), [3]],
  ['a hash that was changed, by the next one, too', changed(2, { hash: otherHash }), [3, 4]],
  ['the hash of the last one', changed(5, { hash: otherHash }), [6]],
  ['an event that is missing', log.toSpliced(2, 1), [4]],
  ['several that are missing', log.toSpliced(1, 3), [5]],
  ['the first one missing', log.slice(1), [2]],
  ['events that changed places', [log[1], log[0]].flatMap((event) => event ?? []), [2, 1]],
  ['an event that is there twice', log.toSpliced(2, 0, ...log.slice(1, 2)), [2]],
  [
    'a text that tells another number',
    logOf(['a']).map((event) => ({ ...event, text: '{"seq":2}' })),
    [1, 1],
  ],
  ['a seal of another root', [...firstFour, { ...sealOf(firstFour), root: otherHash }], [4]],
  ['a seal of another end', [...firstFour, { ...sealOf(firstFour), hash: otherHash }], [4]],
  ['a seal of other events', [...firstFour, sealOf(log.slice(1, 4))], [4]],
  [
    'an archived event that was changed',
    [{ ...pruned, kept: [{ seq: 2, text: '{"seq":2,"name":"x"}' }] }],
    [2],
  ],
  ['an archived event that never was', [{ ...pruned, kept: [{ seq: 9, text: '{"seq":9}' }] }], [9]],
  [
    'archived leaves that were changed',
    [{ ...pruned, leaves: leavesOf(log.slice(1, 5)) }, ...log.slice(4)],
    [2, 5],
  ],
  [
    'what the log itself says is damaged',
    [...log.slice(0, 2), { part: 'damage', problem: 'x' }, ...log.slice(2)],
    [2],
  ],
  ['archived events that are missing', [{ ...pruned, first: 3 }], [3, 2]],
])('it finds %s', (_, parts, seqs) => {
  expect(found(parts)).toEqual(seqs);
});

test('a log that was written anew is found by its checkpoints alone', () => {
  const rewritten = logOf(['a', 'x', 'c', 'd', 'e', 'f']);
  expect(found(rewritten)).toEqual([]);
  expect(found(rewritten, checkpoints)).toEqual([4, 6]);
});

test('a log whose end is missing is found by its checkpoints alone', () => {
  expect(found(log.slice(0, 5))).toEqual([]);
  expect(found(log.slice(0, 5), checkpoints)).toEqual([5]);
});

test('a checkpoint of a size that falls into a hole is not passed over', () => {
  expect(found(log.toSpliced(3, 1), [checkpointOf(log, 4)])).toEqual([5, 4]);
});

test('it does not go on and on about a log that is broken throughout', () => {
  const broken = logOf(Array.from({ length: 300 }, () => 'a')).map((event) => ({
    ...event,
    hash: otherHash,
  }));
  expect(auditOf(broken).findings).toHaveLength(100);
});
