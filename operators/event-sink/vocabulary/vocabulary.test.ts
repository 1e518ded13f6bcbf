import { kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { activityQuads } from '../graph/activity.ts';
import { stateQuads } from '../graph/state.ts';
import { event, iris, resource } from '../graph/testing/events.ts';
import { maximal } from '../graph/testing/maximal.ts';
import { told } from '../graph/testing/told.ts';
import { context } from './context.ts';
import { RDF, RDFS } from './namespaces.ts';
import { vocabularyQuads } from './vocabulary.ts';

const quads = vocabularyQuads(iris);
const lines = told(quads);

describe('the vocabulary', () => {
  test('is at its own IRI', () => {
    expect(new Set(quads.map(({ graph }) => graph))).toEqual(new Set([iris.vocabulary]));
  });

  test.each(kinds)('has the class $kind, in the words of its schema', ({ kind, description }) => {
    expect(lines).toContain(`${kind} a ${RDFS}Class`);
    expect(lines).toContain(`${kind} ${RDFS}comment ${JSON.stringify(description)}`);
  });

  test('says what a field means, where it stands and what it is', () => {
    expect(lines.filter((line) => line.startsWith('rotation '))).toEqual([
      `rotation a rdf:Property`,
      `rotation ${RDFS}label "rotation"`,
      `rotation ${RDFS}comment "Any text; when it changes, a new secret is made, and the old one goes when none runs on it."`,
      `rotation ${RDFS}comment "The rotation that the binding’s secret is of."`,
      `rotation ${RDFS}isDefinedBy -/vocabulary`,
      `rotation https://schema.org/domainIncludes SSOClient`,
      `rotation ${RDFS}range http://www.w3.org/2001/XMLSchema#string`,
    ]);
  });

  test('says that an edge leads to a resource', () => {
    expect(lines).toContain(`dependsOn ${RDFS}range Resource`);
  });

  test('claims nothing of a name that means different things', () => {
    expect(lines.some((line) => line.startsWith(`status ${RDFS}range`))).toBe(false);
  });
});

describe('every term of the graph has a meaning', () => {
  const known = new Set(quads.map(({ subject }) => subject));
  const unknown = (terms: readonly string[]) =>
    terms.filter((term) => term.startsWith(iris.term('')) && !known.has(term));

  test.each(kinds)('of $kind', ({ kind }) => {
    const said = maximal(kind).flatMap((object) => stateQuads(resource(kind, 'x'), object, iris));
    expect(said.length).toBeGreaterThan(10);
    expect(unknown(said.map(({ predicate }) => predicate))).toEqual([]);
    expect(unknown(classesOf(said))).toEqual([]);
  });

  test('of a change', () => {
    const actor = { name: 'ada', confidence: 'audit', operation: 'Update' } as const;
    const said = (['modified', 'gap'] as const).flatMap((type) =>
      activityQuads(event(1, resource('App', 'rss'), {}, { type, actor, inferred: true }), iris),
    );
    expect(unknown(said.map(({ predicate }) => predicate))).toEqual([]);
    expect(unknown(classesOf(said))).toEqual([]);
  });

  const classesOf = (said: ReturnType<typeof stateQuads>) =>
    said.flatMap(({ predicate, object }) => (predicate === `${RDF}type` ? [object.value] : []));
});

test('the context names edges as addresses and times as such, and leaves the rest to the vocabulary', () => {
  const own = context(iris);
  expect(own['@vocab']).toBe('https://hearth.home.arpa/-/vocabulary#');
  expect(own.owns).toEqual({ '@id': 'hearth:owns', '@type': '@id' });
  expect(own.lastTransitionTime).toEqual({ '@id': 'hearth:lastTransitionTime', '@type': 'xsd:dateTime' });
  expect(own).not.toHaveProperty('host');
});
