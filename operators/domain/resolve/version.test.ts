import { describe, expect, test } from 'vitest';
import { app, conflicting, definition, planned, resolveIn, running } from './fixtures.ts';
import { versionGone } from './version.ts';

describe('versions', () => {
  const versioned = definition('rss', {
    versions: ['3.0', '2.0', '1.0'].map((version) => ({ version, images: { app: `rss:${version}` } })),
  });
  test.each([
    ['the newest at the first installation', {}, undefined, '3.0'],
    ['a pin', { version: '2.0' }, undefined, '2.0'],
    ['what runs, while nobody asks for another', {}, '1.0', '1.0'],
    ['a pin over what runs', { version: '2.0' }, '1.0', '2.0'],
    [
      'under Auto the newest to begin with',
      { version: '1.0', upgrade: { policy: 'Auto' } },
      undefined,
      '3.0',
    ],
    ['under Auto what runs, above the floor', { version: '1.0', upgrade: { policy: 'Auto' } }, '2.0', '2.0'],
    ['under Auto the floor, above what runs', { version: '2.0', upgrade: { policy: 'Auto' } }, '1.0', '2.0'],
  ] as const)('%s', (_, spec, runs, version) => {
    const wanted = app('home/rss', spec, runs === undefined ? {} : { status: running([], runs) });
    expect(planned(resolveIn(wanted, { catalogue: [versioned] })).version).toBe(version);
  });

  test('one that the catalogue doesn’t have is a conflict', () => {
    expect(
      conflicting(resolveIn(app('home/rss', { version: '9' }), { catalogue: [versioned] })),
    ).toMatchObject({ reason: 'VersionUnknown', fix: 'Set spec.version to one of these, or leave it out.' });
  });

  test('the fix of one that runs is never to run another on its data', () => {
    for (const spec of [{}, { version: '0.9' }]) {
      const gone = app('home/rss', spec, { status: running([], '0.9') });
      expect(conflicting(resolveIn(gone, { catalogue: [versioned] }))).toMatchObject({
        reason: 'VersionUnknown',
        fix: 'Put version 0.9 back into the catalogue.',
      });
    }
  });

  const away = { external: { host: 'nas.lan' } };
  test.each([
    ['one that left the catalogue', {}, '0.9', true],
    ['one that left the catalogue and is pinned', { version: '0.9' }, '0.9', true],
    ['one that left the catalogue, under Auto', { version: '2.0', upgrade: { policy: 'Auto' } }, '0.9', true],
    ['one that left the catalogue, where another is asked for', { version: '2.0' }, '0.9', false],
    ['one that is there', {}, '1.0', false],
    ['one of an App that doesn’t run yet', {}, undefined, false],
    ['one of an App that runs elsewhere', away, '0.9', false],
  ] as const)('%s: %j', (_, spec, runs, gone) => {
    const wanted = app('home/rss', spec, runs === undefined ? {} : { status: running([], runs) });
    const sentence = versionGone(wanted, versioned);
    if (gone) expect(sentence).toContain('Version 0.9 runs and is left as it is');
    else expect(sentence).toBeUndefined();
  });
});
