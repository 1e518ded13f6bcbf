import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../log/event-log.ts';
import { createRecorder, type Received, type State } from '../record/record.ts';
import { createRedact } from '../record/redact.ts';
import { type ChangesOptions, createChanges, type Step } from './changes.ts';

const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const recorder = createRecorder(kind, createRedact({ key: Buffer.alloc(32) }, 'configmaps.core'));

const object = (name: string, resourceVersion: string, label = resourceVersion, uid = `uid-${name}`) =>
  ({ metadata: { namespace: 'home', name, uid, resourceVersion, labels: { label } } }) as unknown as Received;

const open = (options: Partial<ChangesOptions> = {}) =>
  createChanges({ recorder, states: new Map<string, State>(), known: false, quiet: false, ...options });

/** `added a 5`, `deleted b 7?`: a question mark where it is inferred. */
const told = (step: Step | undefined) => step?.events.map(brief);
const brief = ({ type, resource, resourceVersion, inferred }: NewEvent) =>
  [type, resource.name, `${resourceVersion}${inferred ? '?' : ''}`].filter((word) => word !== '').join(' ');

describe('what a watch brings', () => {
  test('is a change each, and the watch goes on after it', () => {
    const changes = open();
    expect(told(changes.put(object('a', '5')))).toEqual(['added a 5']);
    expect(told(changes.put(object('a', '6')))).toEqual(['modified a 6']);
    expect(changes.put(object('b', '7'))?.resourceVersion).toBe('7');
    expect(told(changes.remove(object('a', '8')))).toEqual(['deleted a 8']);
    expect(changes.size()).toBe(1);
  });

  test('is none where it comes again, or late', () => {
    const changes = open();
    changes.put(object('a', '5'));
    changes.put(object('a', '10'));
    expect(changes.put(object('a', '10'))).toBeUndefined();
    expect(changes.put(object('a', '9'))).toBeUndefined();
    changes.remove(object('a', '11'));
    expect(changes.remove(object('a', '11'))).toBeUndefined();
  });

  test('does not end another object of the same name', () => {
    const changes = open();
    changes.put(object('a', '5', 'x', 'second'));
    expect(changes.remove(object('a', '6', 'x', 'first'))).toBeUndefined();
  });

  test('ends the object that had the name before, where its end did not come', () => {
    const changes = open();
    changes.put(object('a', '5', 'x', 'first'));
    expect(told(changes.put(object('a', '6', 'x', 'second')))).toEqual(['deleted a 6?', 'added a 6']);
  });

  test('is an event even where nothing differs, unless the kind is one that is written to all the time', () => {
    const [plain, quiet] = [open(), open({ quiet: true })];
    for (const changes of [plain, quiet]) changes.put(object('a', '5', 'same'));
    expect(told(plain.put(object('a', '6', 'same')))).toEqual(['modified a 6']);
    expect(quiet.put(object('a', '6', 'same'))).toMatchObject({ events: [], resourceVersion: '6' });
  });

  test('can have versions that are no numbers', () => {
    const changes = open();
    changes.put(object('a', 'x'));
    expect(changes.put(object('a', 'x'))).toBeUndefined();
    expect(told(changes.put(object('a', 'b')))).toEqual(['modified a b']);
  });
});

describe('what a list brings', () => {
  test('comes without a gap where nothing was watched before, and the list must be whole to go on', () => {
    const changes = open();
    changes.listing();
    const page = changes.page([object('a', '3'), object('b', '4')], '9');
    expect(told(page)).toEqual(['added a 3?', 'added b 4?']);
    expect(page.resourceVersion).toBe('');
    expect(changes.listed('9')).toMatchObject({ events: [], resourceVersion: '9' });
  });

  test('is what changed since the last states, ends included, after a gap', () => {
    const changes = open({ known: true });
    for (const name of ['same', 'changed', 'gone', 'replaced']) changes.put(object(name, '5'));
    changes.listing();
    const first = changes.page([object('same', '5'), object('changed', '7')], '20');
    const second = changes.page([object('replaced', '8', 'x', 'other'), object('new', '9')], '20');
    expect(told(first)).toEqual(['gap 20', 'modified changed 7?']);
    expect(told(second)).toEqual(['deleted replaced 8?', 'added replaced 8?', 'added new 9?']);
    expect(told(changes.listed('20'))).toEqual(['deleted gone 20?']);
  });

  test('is after a gap where a list before it was not whole: by its own version', () => {
    const changes = open();
    changes.listing();
    changes.page([object('a', '3')], '9');
    changes.listing();
    expect(told(changes.page([object('b', '10')], '12'))).toEqual(['gap 12', 'added b 10?']);
    expect(told(changes.listed('12'))).toEqual(['deleted a 12?']);
  });

  test('is after a gap even where nothing differs, since something may have come and gone', () => {
    const changes = open({ known: true });
    changes.listing();
    expect(told(changes.page([], '9'))).toEqual(['gap 9']);
    changes.listed('9');
    changes.listing();
    expect(told(changes.page([], '12'))).toEqual(['gap 12']);
  });

  test('counts though it is older than what was recorded: the API server was set back', () => {
    const changes = open({ known: true });
    changes.put(object('a', '100'));
    changes.put(object('b', '101'));
    changes.listing();
    expect(told(changes.page([object('a', '50')], '60'))).toEqual(['gap 60', 'modified a 50?']);
    expect(told(changes.listed('60'))).toEqual(['deleted b 60?']);
    expect(told(changes.put(object('a', '61')))).toEqual(['modified a 61']);
  });

  test('is compared by what it says where a server that was set back has come to the same version', () => {
    const changes = open({ known: true });
    changes.put(object('a', '100', 'before'));
    changes.listing();
    expect(told(changes.page([object('a', '100', 'other')], '100'))).toEqual(['gap 100', 'modified a 100?']);
  });
});
