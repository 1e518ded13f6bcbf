import { kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import type { Fields } from './fields.ts';
import { stateQuads } from './state.ts';
import { iris, resource } from './testing/events.ts';
import { told } from './testing/told.ts';

const rss = 'home/apps.apps.hearth.dev/rss';

/** What an App says beyond its metadata. */
const ofApp = (object: Fields): string[] =>
  told(stateQuads(resource('App', 'rss'), object, iris)).filter(
    (line) => !/^\S+\/rss (a App|name|namespace|uid)\b/.test(line),
  );

describe('a resource', () => {
  test('is in the graph at its own IRI, whatever it says of others', () => {
    const quads = stateQuads(resource('Group', 'family'), { spec: { members: ['ada'] } }, iris);
    expect(new Set(quads.map(({ graph }) => graph))).toEqual(
      new Set(['https://hearth.home.arpa/-/groups.iam.hearth.dev/family']),
    );
    expect(told(quads)).toContain('-/users.iam.hearth.dev/ada memberOf -/groups.iam.hearth.dev/family');
  });

  test('says what it is and where', () => {
    const metadata = {
      name: 'rss',
      generation: 3,
      creationTimestamp: '2026-01-02T03:04:05Z',
      deletionTimestamp: '2026-01-03T00:00:00Z',
      finalizers: ['apps.hearth.dev/app'],
      labels: { 'app.kubernetes.io/name': 'rss' },
      annotations: { note: 'for tools' },
    };
    expect(told(stateQuads(resource('App', 'rss'), { metadata }, iris))).toEqual([
      `${rss} a App`,
      `${rss} name "rss"`,
      `${rss} namespace "home"`,
      `${rss} uid "uid-of-rss"`,
      `${rss} generation 3^integer`,
      `${rss} created 2026-01-02T03:04:05Z^dateTime`,
      `${rss} deletionRequested 2026-01-03T00:00:00Z^dateTime`,
      `${rss} finalizer "apps.hearth.dev/app"`,
      `${rss} label "app.kubernetes.io/name=rss"`,
    ]);
  });

  test.each(kinds)('of kind $kind without anything in it says just that', ({ kind }) => {
    expect(told(stateQuads(resource(kind, 'x'), {}, iris)).every((line) => !line.includes('#'))).toBe(true);
  });
});

describe('fields of a kind of the suite', () => {
  const cases: readonly (readonly [string, Fields, readonly string[]])[] = [
    [
      'plain values, what is wanted apart from what is',
      { spec: { host: 'news', version: '2' }, status: { version: '1', observedGeneration: 4 } },
      [
        `${rss} spec ${rss}#spec`,
        `${rss}#spec host "news"`,
        `${rss}#spec version "2"`,
        `${rss} status ${rss}#status`,
        `${rss}#status version "1"`,
        `${rss}#status observedGeneration 4^integer`,
      ],
    ],
    [
      'an object within',
      { spec: { upgrade: { policy: 'Hold' } } },
      [
        `${rss} spec ${rss}#spec`,
        `${rss}#spec upgrade ${rss}#spec/upgrade`,
        `${rss}#spec/upgrade policy "Hold"`,
      ],
    ],
    [
      'a set: several values of one property',
      { spec: { access: { groups: ['family', 'guests'] } } },
      [
        `${rss} spec ${rss}#spec`,
        `${rss}#spec access ${rss}#spec/access`,
        `${rss}#spec/access groups "family"`,
        `${rss}#spec/access groups "guests"`,
      ],
    ],
    [
      'a list by key: its items are named by it',
      {
        spec: { volumes: [{ name: 'data', size: '1Gi' }] },
        status: { requiredBy: [{ namespace: 'a', name: 'b' }] },
      },
      [
        `${rss} spec ${rss}#spec`,
        `${rss}#spec volumes ${rss}#spec/volumes/data`,
        `${rss}#spec/volumes/data name "data"`,
        `${rss}#spec/volumes/data size "1Gi"`,
        `${rss} status ${rss}#status`,
        `${rss}#status requiredBy ${rss}#status/requiredBy/a%2Cb`,
        `${rss}#status/requiredBy/a%2Cb namespace "a"`,
        `${rss}#status/requiredBy/a%2Cb name "b"`,
      ],
    ],
    [
      'a map: its entries have keys',
      { spec: { settings: { poll: 30, dark: true, ratio: 0.5 } } },
      [
        `${rss} spec ${rss}#spec`,
        `${rss}#spec settings ${rss}#spec/settings/poll`,
        `${rss}#spec/settings/poll key "poll"`,
        `${rss}#spec/settings/poll value 30^integer`,
        `${rss}#spec settings ${rss}#spec/settings/dark`,
        `${rss}#spec/settings/dark key "dark"`,
        `${rss}#spec/settings/dark value true^boolean`,
        `${rss}#spec settings ${rss}#spec/settings/ratio`,
        `${rss}#spec/settings/ratio key "ratio"`,
        `${rss}#spec/settings/ratio value 0.5^decimal`,
      ],
    ],
    [
      'a condition',
      {
        status: {
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-02T03:04:05Z' }],
        },
      },
      [
        `${rss} status ${rss}#status`,
        `${rss}#status conditions ${rss}#status/conditions/Ready`,
        `${rss}#status/conditions/Ready type "Ready"`,
        `${rss}#status/conditions/Ready status "True"`,
        `${rss}#status/conditions/Ready lastTransitionTime 2026-01-02T03:04:05Z^dateTime`,
        `${rss}#status/conditions/Ready a Condition`,
      ],
    ],
    ['nothing where nothing is', { spec: { version: null, volumes: [], settings: {} } }, []],
    [
      'a value that was replaced by a digest stays a value',
      { spec: { settings: 'sha256:1a', volumes: 'sha256:2b' } },
      [`${rss} spec ${rss}#spec`, `${rss}#spec settings "sha256:1a"`, `${rss}#spec volumes "sha256:2b"`],
    ],
  ];
  test.each(cases)('%s', (_, object, expected) => {
    expect(ofApp(object)).toEqual(expected);
  });

  test('a sequence keeps order and repeats; a map within a map has keys at each level', () => {
    const workload = { name: 'app', args: ['-v', '-v'], env: { 'A/B': 'x' } };
    const lines = told(
      stateQuads(resource('AppDefinition', 'x'), { spec: { workloads: [workload] } }, iris),
    ).map((line) => line.replaceAll('-/appdefinitions.apps.hearth.dev/x#spec/workloads/app', '@'));
    expect(lines).toEqual(
      expect.arrayContaining([
        '@ args @/args',
        '@/args a rdf:Seq',
        '@/args rdf:_1 "-v"',
        '@/args rdf:_2 "-v"',
        '@ env @/env/A%2FB',
        '@/env/A%2FB key "A/B"',
        '@/env/A%2FB value "x"',
      ]),
    );
  });
});

test('of what others bring: plain fields, conditions and edges', () => {
  const pod: Fields = {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { nodeName: 'pi', containers: [{ name: 'app', env: [{ name: 'A', value: 'b' }] }], 'odd/name': 1 },
    status: { phase: 'Running', conditions: [{ type: 'Ready', lastProbeTime: null, status: 'True' }] },
    data: { key: 'value' },
    message: 'hello',
  };
  const node = 'home/pods.core/rss-0';
  expect(told(stateQuads(resource('Pod', 'rss-0'), pod, iris))).toEqual([
    `${node} a Pod.core`,
    `${node} name "rss-0"`,
    `${node} namespace "home"`,
    `${node} uid "uid-of-rss-0"`,
    `${node} message "hello"`,
    `${node} spec ${node}#spec`,
    `${node}#spec nodeName "pi"`,
    `${node} status ${node}#status`,
    `${node}#status phase "Running"`,
    `${node}#status conditions ${node}#status/conditions/Ready`,
    `${node}#status/conditions/Ready type "Ready"`,
    `${node}#status/conditions/Ready status "True"`,
    `${node}#status/conditions/Ready a Condition`,
    `${node} runsOn -/nodes.core/pi`,
  ]);
});
