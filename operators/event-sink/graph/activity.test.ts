import { expect, test } from 'vitest';
import { activityQuads, graphOf } from './activity.ts';
import { event, iris, resource } from './testing/events.ts';
import { told } from './testing/told.ts';

const rss = resource('App', 'rss');

test('a change says who made it, when, and of what', () => {
  const quads = activityQuads(
    event(7, rss, {}, { actor: { name: 'ada@home', confidence: 'audit', operation: 'Update' } }),
    iris,
  );
  expect(told(quads)).toEqual([
    '-/events/7 a prov:Activity',
    '-/events/7 a Change',
    '-/events/7 seq 7^integer',
    '-/events/7 change "modified"',
    '-/events/7 prov:endedAtTime 2026-01-02T03:04:05.678Z^dateTime',
    '-/events/7 prov:generated home/apps.apps.hearth.dev/rss',
    '-/events/7 resourceVersion "1007"',
    '-/events/7 confidence "audit"',
    '-/events/7 actor "ada@home"',
    '-/events/7 prov:wasAssociatedWith -/actors/ada%40home',
    '-/events/7 operation "Update"',
  ]);
  expect(new Set(quads.map(({ graph }) => graph))).toEqual(new Set([iris.resource(rss)]));
});

test('the end of a resource that nobody saw', () => {
  const lost = event(
    8,
    rss,
    {},
    { type: 'deleted', inferred: true, actor: { name: '', confidence: 'none' } },
  );
  expect(told(activityQuads(lost, iris)).slice(3)).toEqual([
    '-/events/8 change "deleted"',
    '-/events/8 prov:endedAtTime 2026-01-02T03:04:05.678Z^dateTime',
    '-/events/8 prov:invalidated home/apps.apps.hearth.dev/rss',
    '-/events/8 resourceVersion "1008"',
    '-/events/8 inferred true^boolean',
    '-/events/8 confidence "none"',
  ]);
});

test('a gap is of a kind, and stands apart', () => {
  const { namespace, ...kind } = { ...rss, name: '', uid: '' };
  const gap = event(9, kind, undefined, { type: 'gap', resourceVersion: '' });
  expect(graphOf(gap, iris)).toBe('https://hearth.home.arpa/-/events');
  expect(told(activityQuads(gap, iris)).slice(3, 6)).toEqual([
    '-/events/9 change "gap"',
    '-/events/9 prov:endedAtTime 2026-01-02T03:04:05.678Z^dateTime',
    '-/events/9 ofKind App',
  ]);
});
