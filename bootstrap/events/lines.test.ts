import type { SinkEvent } from '@hearth/domain';
import { expect, test } from 'vitest';
import { createLines } from './lines.ts';
import { eventOf } from './testing/events.ts';

const linesOf = (...events: readonly SinkEvent[]) => events.flatMap(createLines('UTC').tell);

test('each event is a line that says when, what, by whom, and how it differs', () => {
  const lines = linesOf(
    eventOf({ seq: 1, type: 'added', object: { spec: { version: '2.1' } } }),
    eventOf({
      seq: 2,
      patch: [{ op: 'replace', path: '/spec/version', value: '2.2' }],
      object: { spec: { version: '2.2' } },
    }),
    eventOf({ seq: 3, type: 'deleted', actor: { name: '', confidence: 'none' } }),
    eventOf({ seq: 4, actor: { name: 'ada', confidence: 'admission', operation: 'UPDATE' } }),
  );
  expect(lines).toEqual([
    '2026-03-01',
    '1  09:12:01  App rss  made by kubectl (as it calls itself)',
    '2  09:12:02  App rss  changed by kubectl (as it calls itself): spec.version 2.1 → 2.2',
    '3  09:12:03  App rss  deleted',
    '4  09:12:04  App rss  changed by ada',
  ]);
});

test('days begin with their date, in the time zone of the person', () => {
  const late = eventOf({ seq: 1, time: '2026-03-01T23:30:00.000Z' });
  const early = eventOf({ seq: 2, time: '2026-03-02T00:30:00.000Z' });
  expect(linesOf(late, early).filter((line) => !line.includes(' '))).toEqual(['2026-03-01', '2026-03-02']);
  expect([late, early].flatMap(createLines('Europe/Berlin').tell)).toEqual([
    '2026-03-02',
    '1  00:30:00  App rss  changed by kubectl (as it calls itself)',
    '2  01:30:00  App rss  changed by kubectl (as it calls itself)',
  ]);
});

test.each<[string, SinkEvent]>([
  [
    'App hearth-providers/rss  changed by kubectl (as it calls itself)',
    eventOf({ seq: 1, resource: { namespace: 'hearth-providers' } }),
  ],
  [
    'Pod  changes may be missing before this',
    eventOf({ seq: 1, type: 'gap', resource: { kind: 'Pod', name: '', uid: '' } }),
  ],
  [
    'App rss  made by kubectl (as it calls itself) (found later)',
    eventOf({ seq: 1, type: 'added', inferred: true }),
  ],
])('%s', (words, event) => {
  expect(linesOf(event).at(-1)).toBe(`1  09:12:01  ${words}`);
});

test('how a thing was that was deleted and made anew says nothing of the new one', () => {
  const change = eventOf({
    seq: 4,
    patch: [{ op: 'replace', path: '/spec/version', value: '2' }],
    object: { spec: { version: '2' } },
  });
  const old = eventOf({ seq: 1, type: 'added', object: { spec: { version: '1' } } });
  expect(linesOf(old, eventOf({ seq: 2, type: 'deleted' }), change).at(-1)).toContain(': spec.version → 2');
});

test('of what is not told it is known how things were', () => {
  const lines = createLines('UTC');
  lines.learn(eventOf({ seq: 1, type: 'added', object: { spec: { version: '1' } } }));
  const change = eventOf({
    seq: 2,
    patch: [{ op: 'replace', path: '/spec/version', value: '2' }],
    object: { spec: { version: '2' } },
  });
  expect(lines.tell(change)).toEqual([
    '2026-03-01',
    '2  09:12:02  App rss  changed by kubectl (as it calls itself): spec.version 1 → 2',
  ]);
});
