import type { SinkEvent } from '@hearth/domain';
import { expect, test } from 'vitest';
import { patchWords } from './patch-words.ts';

type Patch = NonNullable<SinkEvent['patch']>;
const ready = (status: string, message = '') => ({
  status: { conditions: [{ type: 'Ready', status, message, lastTransitionTime: '2026' }] },
});

test.each<[string, Patch, unknown, unknown, string[]]>([
  [
    'a value that was changed',
    [{ op: 'replace', path: '/spec/version', value: '2.2' }],
    { spec: { version: '2.2' } },
    { spec: { version: '2.1' } },
    ['spec.version 2.1 → 2.2'],
  ],
  [
    'one of which nobody knows what it was',
    [{ op: 'replace', path: '/spec/version', value: '2.2' }],
    { spec: { version: '2.2' } },
    undefined,
    ['spec.version → 2.2'],
  ],
  [
    'a key with a slash',
    [{ op: 'add', path: '/metadata/labels/app.kubernetes.io~1name', value: 'rss' }],
    {},
    {},
    ['metadata.labels[app.kubernetes.io/name] → rss'],
  ],
  [
    'what was removed',
    [
      { op: 'remove', path: '/spec/host' },
      { op: 'remove', path: '/spec/share' },
    ],
    {},
    { spec: { host: 'news', share: {} } },
    ['spec.host removed (was news)', 'spec.share removed'],
  ],
  [
    'parts that are more than a value',
    [
      { op: 'add', path: '/spec/share', value: {} },
      { op: 'replace', path: '/spec/list', value: [1] },
    ],
    {},
    {},
    ['spec.share added', 'spec.list changed'],
  ],
  [
    'an item of a list, by its name and without guessing what stood there',
    [{ op: 'replace', path: '/spec/needs/0/size', value: 2 }],
    { spec: { needs: [{ name: 'db', size: 2 }] } },
    { spec: { needs: [{ name: 'cache', size: 1 }] } },
    ['spec.needs[db].size → 2'],
  ],
  ['an item without a name', [{ op: 'remove', path: '/spec/args/1' }], {}, {}, ['spec.args[1] removed']],
  ['what moved', [{ op: 'move', from: '/spec/a', path: '/spec/b' }], {}, {}, ['spec.b from spec.a']],
  [
    'a condition that turned, with its message',
    [{ op: 'replace', path: '/status/conditions/0/status', value: 'True' }],
    ready('True', 'rss runs'),
    ready('False', 'waits'),
    ['Ready False → True (rss runs)'],
  ],
  [
    'a condition whose message alone changed',
    [{ op: 'replace', path: '/status/conditions/0/message', value: 'waits for b' }],
    ready('False', 'waits for b'),
    ready('False', 'waits for a'),
    ['Ready False (waits for b)'],
  ],
  [
    'a condition that is new, and one that is gone',
    [{ op: 'replace', path: '/status/conditions', value: [] }],
    ready('True'),
    { status: { conditions: [{ type: 'Stalled', status: 'True' }] } },
    ['Ready True', 'Stalled gone'],
  ],
  [
    'nothing of what always changes',
    [
      { op: 'replace', path: '/metadata/resourceVersion', value: '2' },
      { op: 'replace', path: '/status/observedGeneration', value: 2 },
      { op: 'replace', path: '/status/conditions/0/lastTransitionTime', value: '2027' },
      { op: 'test', path: '/spec/a', value: 1 },
    ],
    ready('True'),
    ready('True'),
    [],
  ],
  [
    'the first few of many',
    [...'abcdef'].map((name) => ({ op: 'add', path: `/spec/${name}`, value: 1 })),
    {},
    {},
    ['spec.a → 1', 'spec.b → 1', 'spec.c → 1', 'spec.d → 1', 'and 2 more'],
  ],
  [
    'a long text, cut, in one line',
    [{ op: 'add', path: '/spec/text', value: `a\nb${'c'.repeat(100)}` }],
    {},
    {},
    [`spec.text → a b${'c'.repeat(56)}…`],
  ],
  ['an empty text', [{ op: 'add', path: '/spec/text', value: '' }], {}, {}, ['spec.text → ""']],
])('it tells %s', (_, patch, after, before, words) => {
  expect(patchWords(patch, after, before)).toEqual(words);
});
