import { markupOf } from '@hearth/pages';
import { expect, test } from 'vitest';
import { answerTable } from './answer-table.ts';

const BASE = 'https://hearth.test/';

/** Where a term of an answer leads; undefined where nowhere. */
function linkOf(iri: string): string | undefined {
  const bindings = [{ about: { type: 'uri', value: iri } }];
  const body = JSON.stringify({ head: { vars: ['about'] }, results: { bindings } });
  const answer = { contentType: 'application/sparql-results+json', body, seq: 1, limit: 10 };
  return /href="([^"]*)"/.exec(markupOf(answerTable(answer, BASE)))?.[1];
}

test.each(['home/apps.apps.hearth.dev/rss', '-/events/57', '-/events', '-/vocabulary#App', '-/vocabulary'])(
  '%s leads to where it is served',
  (path) => expect(linkOf(BASE + path)).toBe(`/${path}`),
);

test.each([
  `${BASE}-/actors/kubectl`,
  `${BASE}-/events/x`,
  `${BASE}-/sign-in?to=/`,
  `${BASE}/evil.test`,
  `${BASE}/evil.test/a.b/c`,
  `${BASE}\\evil.test`,
  'https://evil.test/',
  'javascript:alert(1)',
])('%s leads nowhere', (iri) => expect(linkOf(iri)).toBeUndefined());
