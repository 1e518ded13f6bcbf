import { whyAnswer } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import * as home from './testing/states.ts';
import { type WhyInput, why } from './why.ts';

const now = new Date('2026-11-20T10:00:00Z');

function ask(about: string, objects: readonly home.Stated[], rest: Partial<WhyInput> = {}) {
  const answer = why(about, { states: home.statesOf(...objects), visible: 'all', now, ...rest });
  if (answer === undefined) throw new Error(`${about} is not there`);
  expect(whyAnswer.parse(answer)).toEqual(answer);
  return answer;
}

const RSS = 'home/apps.apps.hearth.dev/rss';
const awaitsDatabase = home.app(home.waiting('DatabaseNotReady', 'db: PostgreSQL doesn’t answer.'));
const unanswered = home.database(
  home.waiting('ProviderUnreachable', 'PostgreSQL at postgres.hearth-providers refuses the connection.'),
);
const awaitsStart = home.provider(home.waiting('Starting', 'postgres is starting.'));

/** What is asked, of which objects, and what is said. */
const cases: readonly (readonly [string, readonly home.Stated[], string])[] = [
  ['an App that runs', [home.app(home.ready()), home.definition], 'rss is ready since 09:12 UTC.'],
  [
    'an App that runs, with a complaint',
    [
      home.app({
        conditions: [
          home.condition('Ready', 'True', 'Reconciled'),
          home.condition('Approved', 'False', 'AwaitingApproval', 'Plan rss-1 waits for approval'),
        ],
      }),
    ],
    'rss is ready since 09:12 UTC; but: Plan rss-1 waits for approval.',
  ],
  [
    'an App whose database can’t be reached, although its server is up',
    [awaitsDatabase, home.definition, unanswered, home.provider(home.ready())],
    'rss is not ready because its database rss-db is not ready: PostgreSQL at postgres.hearth-providers refuses the connection.',
  ],
  [
    'an image that can’t be had, five steps away',
    [
      awaitsDatabase,
      home.definition,
      unanswered,
      awaitsStart,
      ...home.workload(home.waitingPod('ImagePullBackOff', 'Back-off pulling image')),
      home.node(home.ready()),
    ],
    'rss is not ready because its database rss-db is not ready, because the app hearth-providers/postgres, on which it depends, is not ready, because its pod hearth-providers/postgres-6d4f-x7 can’t pull its image docker.io/postgres:16: Back-off pulling image.',
  ],
  [
    'a node that is gone',
    [
      awaitsDatabase,
      home.definition,
      unanswered,
      awaitsStart,
      ...home.workload({ conditions: [home.condition('Ready', 'False', 'Gone')] }),
      home.node({
        conditions: [home.condition('Ready', 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting')],
      }),
    ],
    'rss is not ready because its database rss-db is not ready, because the app hearth-providers/postgres, on which it depends, is not ready, because its pod hearth-providers/postgres-6d4f-x7 is not ready, because the node pi, on which it runs, is not known to be ready: Kubelet stopped posting.',
  ],
  [
    'what somebody must approve, whatever else is the matter',
    [
      home.app(home.waiting('AwaitingApproval', 'Plan rss-1 waits for approval.')),
      home.definition,
      unanswered,
    ],
    'rss is not ready: Plan rss-1 waits for approval.',
  ],
  [
    'a provider that is not there',
    [awaitsDatabase, home.definition, unanswered],
    'rss is not ready because its database rss-db is not ready, because the app hearth-providers/postgres, on which it depends, is not there.',
  ],
  [
    'several causes',
    [
      awaitsDatabase,
      home.definition,
      unanswered,
      home.provider(home.ready()),
      home.route(home.stalled('HostTaken', 'Another has the host.')),
    ],
    'rss is not ready because its database rss-db is not ready: PostgreSQL at postgres.hearth-providers refuses the connection; and because its route rss-route is not ready: Another has the host.',
  ],
  [
    'two that wait for one another: the one that can’t go on is meant',
    [
      home.app(home.waiting('SSOClientNotReady', 'sso: waits')),
      home.definition,
      home.database(home.ready()),
      home.provider(home.ready()),
      home.route(home.stalled('SignOnNotReady', 'The issuer is unknown.'), true),
      home.signOn(home.waiting('AddressMissing', 'Its Route has no address.')),
    ],
    'rss is not ready because its route rss-route is not ready: The issuer is unknown.',
  ],
  [
    'what goes',
    [
      {
        ...awaitsDatabase,
        metadata: {
          ...awaitsDatabase.metadata,
          deletionTimestamp: '2026-11-19T08:00:00Z',
          finalizers: ['hearth.dev/app'],
        },
      },
    ],
    'rss is being deleted: It stays until this is done: hearth.dev/app.',
  ],
  [
    'a change that nobody has looked at yet',
    [
      { ...home.app(home.ready()), metadata: { name: 'rss', namespace: 'home', generation: 2 } },
      home.definition,
      home.database(home.ready()),
      home.provider(home.ready()),
    ],
    'rss has been changed, and its controller has not looked at it since.',
  ],
  [
    'what nobody has looked at ever',
    [{ ...home.app({}), status: { observedGeneration: -1 } }],
    'rss has not said yet whether it is ready because the catalogue entry miniflux, on which it depends, is not there.',
  ],
];

test.each(cases)('%s', (_case, objects, sentence) => {
  expect(ask(RSS, objects).sentence).toBe(sentence);
});

test('each step says what, how it is, since when, and who changed it last', () => {
  const { steps, causes, seq, state } = ask(RSS, [
    awaitsDatabase,
    home.definition,
    unanswered,
    home.provider(home.ready()),
  ]);
  expect({ seq, state, causes }).toEqual({ seq: 4, state: 'not-ready', causes: [1] });
  expect(steps).toHaveLength(2);
  expect(steps[1]).toEqual({
    resource: {
      iri: 'home/databases.apps.hearth.dev/rss-db',
      kind: 'Database',
      namespace: 'home',
      name: 'rss-db',
    },
    from: { step: 0, by: 'binds' },
    state: 'not-ready',
    condition: {
      type: 'Ready',
      status: 'False',
      reason: 'ProviderUnreachable',
      message: 'PostgreSQL at postgres.hearth-providers refuses the connection.',
      since: '2026-11-20T09:12:00Z',
    },
    changed: {
      seq: 3,
      time: '2026-11-20T09:13:00.000Z',
      actor: { name: 'hearth-app', confidence: 'field-manager' },
    },
    sentence:
      'Database home/rss-db is not ready since 09:12 UTC: PostgreSQL at postgres.hearth-providers refuses the connection. Last changed by hearth-app at 09:13 UTC (event 3).',
  });
});

describe('who may not see all', () => {
  const objects = [awaitsDatabase, home.definition, unanswered, awaitsStart];
  const visible = [
    'home/apps.apps.hearth.dev/',
    'home/databases.apps.hearth.dev/',
    '-/appdefinitions.apps.hearth.dev/',
  ];

  test('is told that there is more, and no name of it', () => {
    const answer = ask(RSS, objects, { visible });
    expect(answer.sentence).toBe(
      'rss is not ready because its database rss-db is not ready, because something on which it depends may not be seen by you.',
    );
    expect(answer.steps.at(-1)).toEqual({
      from: { step: 1, by: 'dependsOn' },
      state: 'hidden',
      sentence: 'Something on which the one before depends, and that you may not see.',
    });
    expect(JSON.stringify(answer)).not.toMatch(/"postgres"|is starting/);
  });

  test('is told the same where it is not there', () => {
    const without = ask(RSS, objects.slice(0, -1), { visible });
    expect(without.steps).toEqual(ask(RSS, objects, { visible }).steps);
  });

  test('is not told how much of what they may not see was made for it', () => {
    const alone = [home.app(home.waiting('Waits', 'It waits.')), home.definition];
    const made = [unanswered, home.route(home.stalled('HostTaken', 'Another has the host.'))];
    const places = ['home/apps.apps.hearth.dev/', '-/appdefinitions.apps.hearth.dev/'];
    const told = (objects: readonly home.Stated[]) => {
      const { sentence, steps, causes } = ask(RSS, objects, { visible: places });
      return { sentence, steps, causes };
    };
    expect(told([...alone, ...made])).toEqual(told(alone));
  });

  test('is told nothing of what is not theirs, or is not there', () => {
    const states = home.statesOf(...objects);
    expect(why(RSS, { states, visible: [], now })).toBeUndefined();
    expect(why('home/apps.apps.hearth.dev/none', { states, visible: 'all', now })).toBeUndefined();
  });
});

test('an end is found, however much hangs together', () => {
  const ring = Array.from(
    { length: 500 },
    (_, index): home.Stated => ({
      apiVersion: 'apps.hearth.dev/v1alpha1',
      kind: 'Connection',
      metadata: {
        name: `c${index}`,
        namespace: 'home',
        ownerReferences: [
          { apiVersion: 'apps.hearth.dev/v1alpha1', kind: 'Connection', name: `c${(index + 1) % 500}` },
        ],
      },
      status: home.waiting('Waits', `c${index} waits`),
    }),
  );
  const answer = ask('home/connections.apps.hearth.dev/c0', ring);
  expect(answer.truncated).toBe(true);
  expect(answer.steps.length).toBe(200);
  expect(answer.sentence).toMatch(
    /^c0 is not ready because its connection c\d+ is not ready, because its connection c\d+ is not ready, and in the end because .* There is more than was looked at\.$/,
  );
  const small = ask('home/connections.apps.hearth.dev/c0', ring.slice(0, 1));
  expect(small.sentence).toBe('c0 is not ready: c0 waits.');
});
