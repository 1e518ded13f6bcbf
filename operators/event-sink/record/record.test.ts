import { describe, expect, test } from 'vitest';
import type { AskedChange } from '../admission/asked.ts';
import { createRecorder, type Received } from './record.ts';
import { createRedact } from './redact.ts';

const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const redact = createRedact({ key: Buffer.alloc(32, 7) }, 'configmaps.core');
const recorder = createRecorder(kind, redact);

const configMap = (value: string, resourceVersion: string): Received =>
  ({
    metadata: {
      namespace: 'home',
      name: 'ca',
      uid: 'u1',
      resourceVersion,
      generation: 3,
      managedFields: [{ manager: 'hearth', operation: 'Apply', time: '2026-01-01T00:00:00Z', fieldsV1: {} }],
    },
    data: { 'ca.crt': value },
  }) as unknown as Received;

describe('a recorder', () => {
  test('records an object as it is, without what is secret', () => {
    const { event, state } = recorder.changed(configMap('hidden', '5'), undefined, false);
    expect(event).toEqual({
      type: 'added',
      resource: { ...kind, namespace: 'home', name: 'ca', uid: 'u1' },
      resourceVersion: '5',
      generation: 3,
      inferred: false,
      actor: { name: 'hearth', confidence: 'field-manager', operation: 'Apply' },
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'home', name: 'ca', uid: 'u1', generation: 3 },
        data: { 'ca.crt': expect.stringMatching(/^hmac-sha256:/) },
      },
    });
    expect(JSON.stringify([event, state])).not.toContain('hidden');
  });

  test('records what differs from the state before, even where that is secret', () => {
    const { state } = recorder.changed(configMap('one', '5'), undefined, false);
    const { event } = recorder.changed(configMap('two', '6'), state, false);
    expect(event).toMatchObject({ type: 'modified', resourceVersion: '6' });
    expect(event.patch).toEqual([
      { op: 'replace', path: '/data/ca.crt', value: expect.stringMatching(/^hmac-sha256:/) },
    ]);
  });

  test('records the end of an object with its last state', () => {
    const { state } = recorder.changed(configMap('one', '5'), undefined, false);
    const seen = recorder.deleted(configMap('one', '7'));
    const inferred = recorder.missing({ namespace: 'home', name: 'ca' }, state, '9');
    expect(seen).toMatchObject({ type: 'deleted', resourceVersion: '7', inferred: false });
    expect(inferred).toMatchObject({ type: 'deleted', resourceVersion: '9', inferred: true });
    expect(inferred.resource).toEqual(seen.resource);
    expect(inferred.object).toEqual(seen.object);
    expect(seen.actor).toEqual({ name: '', confidence: 'none' });
  });

  test('believes who was heard to ask, but of what it found out afterwards', () => {
    const ada = { name: 'ada', confidence: 'admission', operation: 'UPDATE' } as const;
    const heard: AskedChange[] = [];
    const listening = createRecorder(kind, redact, {
      whoChanged: (change) => {
        heard.push(change);
        return ada;
      },
      whoDeleted: (uid) => (uid === 'u1' ? ada : undefined),
    });
    const { state } = listening.changed(configMap('one', '5'), undefined, false);
    const object = configMap('one', '6');
    const marked = {
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    } as Received;
    expect(listening.changed(marked, state, false).event.actor).toEqual(ada);
    expect(heard).toMatchObject([
      { before: undefined, marked: false },
      { before: '5', marked: true },
    ]);
    expect(listening.deleted(marked).actor).toEqual(ada);
    expect(listening.changed(configMap('one', '5'), undefined, true).event.actor.name).toBe('hearth');
  });

  test('records of a gap the kind alone', () => {
    expect(recorder.gap('9')).toEqual({
      type: 'gap',
      resource: { ...kind, name: '', uid: '' },
      resourceVersion: '9',
      inferred: false,
      actor: { name: '', confidence: 'none' },
    });
  });

  test('is not to be had for Secrets', () => {
    const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets' };
    expect(() => createRecorder(secrets, redact)).toThrow('Secrets are not recorded');
  });
});
