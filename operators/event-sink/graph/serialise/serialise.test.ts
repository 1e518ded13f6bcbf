import { kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { vocabularyQuads } from '../../vocabulary/vocabulary.ts';
import { activityQuads } from '../activity.ts';
import type { Quad } from '../quad.ts';
import { stateQuads } from '../state.ts';
import { canonicalJsonLd, canonicalText, canonicalTurtle } from '../testing/canonical.ts';
import { event, iris, resource } from '../testing/events.ts';
import { maximal } from '../testing/maximal.ts';
import { jsonLd } from './json-ld.ts';
import { nTriples } from './n-triples.ts';
import { turtle } from './turtle.ts';

const odd = 'a"b\\c\nd\re\tf\bg\fh\u0000\u007f\u0085 ü 🏠 <x> ${y}';

const pod = {
  metadata: {
    name: 'x',
    labels: { app: odd },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs' }],
  },
  spec: { nodeName: 'pi', priority: -5, ratio: 0.25, large: 1e21, preemption: true, since: 'now' },
  status: { conditions: [{ type: 'example.org/Odd type', status: 'True', lastTransitionTime: odd }] },
};

const samples: readonly (readonly [string, string, readonly Quad[]])[] = [
  ...kinds.flatMap(({ kind }) => {
    const about = resource(kind, 'x');
    return maximal(kind).map(
      (object, index) => [`${kind} ${index}`, iris.resource(about), stateQuads(about, object, iris)] as const,
    );
  }),
  ['Pod', iris.resource(resource('Pod', 'x')), stateQuads(resource('Pod', 'x'), pod, iris)],
  ['a change', iris.event(7), activityQuads(event(7, resource('App', 'rss'), {}), iris)],
  ['the vocabulary', iris.vocabulary, vocabularyQuads(iris)],
];

describe('each form says the same', () => {
  test.each(samples)('%s', async (_, about, quads) => {
    const expected = quads.map((quad) => nTriples([quad])).sort();
    const fromTriples = await canonicalText(nTriples(quads));
    expect(fromTriples.split('\n').length - 1).toBe(new Set(expected).size);
    expect(await canonicalTurtle(turtle(quads, iris))).toBe(fromTriples);
    expect(await canonicalJsonLd(jsonLd(quads, about, iris))).toBe(fromTriples);
  });

  test('lines are canonical as they are written', async () => {
    const quads = samples.flatMap(([, , own]) => own);
    const lines = new Set(quads.map((quad) => nTriples([quad])));
    const canonical = await canonicalText(nTriples(quads));
    expect(new Set(canonical.split(/(?<=\n)/))).toEqual(lines);
  });
});

describe('for people', () => {
  const quads = stateQuads(
    resource('Database', 'rss-db'),
    {
      metadata: { creationTimestamp: '2026-01-02T03:04:05Z' },
      spec: { providerRef: { namespace: 'hearth-providers', name: 'postgres' } },
    },
    iris,
  );
  const self = iris.resource(resource('Database', 'rss-db'));

  test('Turtle', () => {
    const text = turtle(quads, iris);
    expect(text).toContain('@prefix hearth: <https://hearth.home.arpa/-/vocabulary#> .');
    expect(text).toContain(`<${self}>\n    a hearth:Database ;\n    hearth:name "rss-db" ;`);
    expect(text).toContain('hearth:created "2026-01-02T03:04:05Z"^^xsd:dateTime');
  });

  test('JSON-LD: parts within their whole', () => {
    expect(jsonLd(quads, self, iris)).toMatchObject({
      '@id': self,
      '@type': 'Database',
      name: 'rss-db',
      created: '2026-01-02T03:04:05Z',
      spec: { providerRef: { namespace: 'hearth-providers', name: 'postgres' } },
      dependsOn: 'https://hearth.home.arpa/hearth-providers/apps.apps.hearth.dev/postgres',
      '@included': [
        { '@id': 'https://hearth.home.arpa/hearth-providers/apps.apps.hearth.dev/postgres', provides: self },
      ],
    });
  });
});
