import type { SinkEvent } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { accountFor } from './account.ts';
import type { Acknowledged } from './writers.ts';

const OF = 'configmaps.core';

/** `added 5`, `modified 6 by b`, `gap 9`: the events of one object, each with what its value is set to. */
function event(text: string, seq: number): SinkEvent {
  const [what = '', resourceVersion = '', , name = 'a'] = text.split(' ');
  const type = what as SinkEvent['type'];
  const isGap = type === 'gap';
  const object = { data: { value: resourceVersion } };
  return {
    seq,
    time: '2026-01-01T00:00:00.000Z',
    type,
    resource: {
      group: '',
      version: 'v1',
      kind: 'ConfigMap',
      plural: 'configmaps',
      name: isGap ? '' : 'x',
      uid: isGap ? '' : 'u',
    },
    resourceVersion,
    inferred: false,
    actor: { name, confidence: 'field-manager' },
    ...(isGap ? {} : { object }),
    ...(type === 'modified'
      ? { patch: [{ op: 'replace', path: '/data/value', value: resourceVersion }] }
      : {}),
  };
}

const events = (...texts: string[]) => texts.map((text, index) => event(text, index + 1));
const change = (type: Acknowledged['type'], resourceVersion?: string): Acknowledged => ({
  of: OF,
  type,
  uid: 'u',
  resourceVersion,
  writer: 'a',
});
const life = [change('create', '5'), change('update', '6'), change('delete')];
const faultsOf = (log: readonly SinkEvent[], acknowledged: readonly Acknowledged[] = life) =>
  accountFor(log, acknowledged).faults.join('; ');

describe('the account of a log', () => {
  test('is in order where all that was acknowledged is there', () => {
    expect(accountFor(events('added 5', 'modified 6', 'deleted 7'), life)).toEqual({
      faults: [],
      gaps: 0,
      mostGapsOfAKind: 0,
      inGaps: 0,
      inferred: 0,
    });
  });

  test.each<[string, SinkEvent[], string]>([
    ['a change is missing', events('added 5', 'deleted 7'), 'update of configmaps.core u at 6 is missing'],
    [
      'an end is missing',
      events('added 5', 'modified 6'),
      'delete of configmaps.core u at its end is missing',
    ],
    [
      'an event is there twice',
      events('added 5', 'modified 6', 'modified 6', 'deleted 7'),
      'event 3 repeats',
    ],
    ['events are in another order', events('added 5', 'deleted 7', 'modified 6'), 'goes on after its end'],
    ['versions go back', events('added 6', 'modified 5', 'deleted 7'), 'goes back'],
    ['the beginning is missing', events('modified 6', 'deleted 7'), 'modified out of turn'],
    ['it was somebody else', events('added 5', 'modified 6 by b', 'deleted 7'), 'was by a, not by "b"'],
    [
      'a gap lies elsewhere',
      events('added 5', 'gap 5', 'deleted 7'),
      'update of configmaps.core u at 6 is missing',
    ],
  ])('finds that %s', (_, log, fault) => {
    expect(faultsOf(log)).toContain(fault);
  });

  test('finds that a patch does not lead to the state after it', () => {
    const [added, modified, deleted] = events('added 5', 'modified 6', 'deleted 7');
    const log = [added, { ...modified, object: { data: { value: 'other' } } }, deleted] as SinkEvent[];
    expect(faultsOf(log)).toContain('is not what its patch makes');
  });

  test('excuses what lies in a gap, a life as a whole too', () => {
    const gone = accountFor(events('added 5', 'gap 8', 'deleted 8'), life);
    expect(gone).toMatchObject({ faults: [], gaps: 1, inGaps: 1 });
    const never = accountFor([event('gap 8', 1)], life);
    expect(never).toMatchObject({ faults: [], gaps: 1, inGaps: 3 });
  });
});
