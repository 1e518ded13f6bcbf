import type { ClosureDiff } from '@hearth/domain/schema/machine';
import type { ClosureContents } from '../system/system.ts';

/** Changes that are named; the rest is counted. */
const NAMED = 50;
const LONGEST_NAME = 256;

/** What differs between the system that runs and another, and what it takes to make that true. */
export function diffClosures(before: ClosureContents, after: ClosureContents): ClosureDiff {
  const boot = changedKeys(new Map(Object.entries(before.boot)), new Map(Object.entries(after.boot)));
  const units = changedKeys(before.units, after.units);
  const changes = [
    ...boot.map((name) => `${name} (restart of the machine)`),
    ...units.map((unit) => describeUnit(unit, before.units, after.units)),
    ...packageChanges(before, after),
  ];
  return {
    class: classOf(boot, units, before, after),
    changes: changes.slice(0, NAMED).map((change) => change.slice(0, LONGEST_NAME)),
    more: Math.max(0, changes.length - NAMED),
    bytes: total(after) - total(before),
  };
}

function classOf(
  boot: readonly string[],
  units: readonly string[],
  before: ClosureContents,
  after: ClosureContents,
): ClosureDiff['class'] {
  if (boot.length > 0) return 'reboot';
  if (units.length > 0) return 'restart';
  return changedKeys(before.paths, after.paths).length > 0 ? 'live' : 'none';
}

function changedKeys<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

function describeUnit(
  unit: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string {
  if (!before.has(unit)) return `${unit} (new)`;
  return after.has(unit) ? `${unit} (restart)` : `${unit} (removed)`;
}

/** Packages that come, go or get another version, as people name them. */
function packageChanges(before: ClosureContents, after: ClosureContents): string[] {
  const [old, now] = [versions(before), versions(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was === is) return [];
    return `${name}: ${was ?? 'none'} → ${is ?? 'none'}`;
  });
}

/** The versions of each package of a closure, `1.2, 1.3` where there are several. */
function versions({ paths }: ClosureContents): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const path of paths.keys()) {
    const name = path.slice('/nix/store/'.length + 33);
    const [, pname = name, version = ''] = /^(.+?)-([0-9].*)$/.exec(name) ?? [];
    if (version === '') continue;
    const known = found.get(pname) ?? new Set();
    found.set(pname, known.add(version));
  }
  return new Map([...found].map(([name, all]) => [name, [...all].sort().join(', ')]));
}

function total({ paths }: ClosureContents): number {
  let bytes = 0;
  for (const size of paths.values()) bytes += size;
  return bytes;
}
