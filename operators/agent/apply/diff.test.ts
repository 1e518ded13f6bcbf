import { describe, expect, test } from 'vitest';
import type { ClosureContents } from '../system/system.ts';
import { diffClosures } from './diff.ts';

const path = (name: string, hash = '0') => `/nix/store/${hash.repeat(32)}-${name}`;

const contents = (change: {
  readonly packages?: readonly string[];
  readonly kernel?: string;
  readonly units?: Readonly<Record<string, string>>;
}): ClosureContents => ({
  paths: new Map((change.packages ?? []).map((name) => [path(name), 100])),
  boot: { kernel: change.kernel ?? 'linux-6.12' },
  units: new Map(Object.entries(change.units ?? {})),
});

describe('the difference of two closures', () => {
  test.each([
    ['none', {}, {}, 'none'],
    ['a package', { packages: ['curl-8.0'] }, { packages: ['curl-8.1'] }, 'live'],
    ['a unit', { units: { 'a.service': '1' } }, { units: { 'a.service': '2' } }, 'restart'],
    ['a kernel', {}, { kernel: 'linux-6.13' }, 'reboot'],
    ['a kernel and a unit', {}, { kernel: 'linux-6.13', units: { 'a.service': '1' } }, 'reboot'],
  ] as const)('is classed by what it takes: %s', (_what, before, after, expected) => {
    expect(diffClosures(contents(before), contents(after)).class).toBe(expected);
  });

  test('names what changes, as people name it', () => {
    const before = contents({
      packages: ['curl-8.0', 'gone-1', 'glibc-2.40', 'glibc-2.39'],
      units: { 'old.service': '1', 'web.service': '1' },
    });
    const after = contents({
      packages: ['curl-8.1', 'glibc-2.40'],
      units: { 'web.service': '2', 'new.service': '1' },
    });
    expect(diffClosures(before, after)).toEqual({
      class: 'restart',
      bytes: -200,
      more: 0,
      changes: [
        'new.service (new)',
        'old.service (removed)',
        'web.service (restart)',
        'curl: 8.0 → 8.1',
        'glibc: 2.39, 2.40 → 2.40',
        'gone: 1 → none',
      ],
    });
  });

  test('counts what it does not name', () => {
    const after = contents({ packages: Array.from({ length: 80 }, (_, at) => `p${at}-1`) });
    const { changes, more } = diffClosures(contents({}), after);
    expect([changes.length, more]).toEqual([50, 30]);
  });
});
