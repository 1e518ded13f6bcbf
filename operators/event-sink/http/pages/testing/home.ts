import { relativeIri, type SinkEvent } from '@hearth/domain';
import { neighboursOf } from '../../../why/neighbours.ts';
import * as home from '../../../why/testing/states.ts';
import { why } from '../../../why/why.ts';

/** When the pages of the gallery are looked at. */
const now = new Date('2026-11-20T10:00:00Z');

const waits = (message: string) => home.waiting('ProviderUnreachable', message);

/** A home in which an image can’t be had, so that nothing that needs a database gets ready. */
const objects: readonly home.Stated[] = [
  {
    ...home.app(
      home.waiting('DatabaseNotReady', 'db: PostgreSQL at postgres.hearth-providers refuses the connection.'),
    ),
    spec: { definition: 'miniflux', host: 'rss', exposure: 'lan', version: '2.2.14' },
  },
  home.definition,
  home.database(waits('PostgreSQL at postgres.hearth-providers refuses the connection.')),
  home.route(home.ready()),
  home.signOn(home.ready()),
  home.provider(home.waiting('Starting', 'postgres is starting.')),
  ...home.workload(home.waitingPod('ImagePullBackOff', 'Back-off pulling image "docker.io/postgres:16"')),
  home.node(home.ready()),
  home.app(home.ready(), 'photos'),
];

/** The last events of it. */
export const states: ReadonlyMap<string, SinkEvent> = home.statesOf(...objects);

/** The last event of one resource. */
export function stateAt(iri: string): SinkEvent {
  const event = states.get(iri);
  if (event === undefined) throw new Error(`${iri} is not there`);
  return event;
}

/** All about one resource. */
export const about = (iri: string, visible: 'all' | readonly string[] = 'all') => ({
  event: stateAt(iri),
  why: why(iri, { states, visible, now }),
  neighbours: neighboursOf(iri, { states, visible }),
});

export const RSS = 'home/apps.apps.hearth.dev/rss';

const rss = stateAt(RSS);
const statuses = [
  home.waiting('Planned', 'Its plan is being carried out.'),
  home.waiting('DatabaseNotReady', 'db: Database rss-db is being made.'),
  home.ready(),
];

/** What happened to the feed reader: made, brought up, and its version changed until its database went. */
export const story: readonly SinkEvent[] = [
  change(11, 'added', { ...rss.object, status: undefined }, 'kubectl'),
  ...statuses.map((status, index) =>
    change(14 + 3 * index, 'modified', { ...rss.object, status }, 'hearth-app'),
  ),
  change(
    31,
    'modified',
    {
      ...rss.object,
      spec: { ...(rss.object?.spec as object), version: '2.2.15', host: 'feeds' },
      status: home.ready(),
    },
    'ada',
    {
      actor: { name: 'ada', confidence: 'admission' },
    },
  ),
  change(44, 'modified', rss.object, 'hearth-app'),
];

function change(
  seq: number,
  type: SinkEvent['type'],
  object: SinkEvent['object'],
  by: string,
  rest: Partial<SinkEvent> = {},
): SinkEvent {
  return {
    ...rss,
    seq,
    type,
    time: `2026-11-20T09:${String(seq).padStart(2, '0')}:07.120Z`,
    actor: { name: by, confidence: 'field-manager' },
    ...(object !== undefined && { object: JSON.parse(JSON.stringify(object)) }),
    ...rest,
  };
}

/** That changes of Apps may be missing. */
export const gap: SinkEvent = {
  ...rss,
  seq: 27,
  type: 'gap',
  time: '2026-11-20T09:27:00.000Z',
  resource: {
    group: rss.resource.group,
    version: 'v1alpha1',
    kind: 'App',
    plural: 'apps',
    name: '',
    uid: '',
  },
  actor: { name: '', confidence: 'none' },
};

/** One event whose state before is not at hand. */
export const alone: SinkEvent = change(44, 'modified', rss.object, 'hearth-app', {
  patch: [
    { op: 'replace', path: '/status/conditions/0/status', value: 'False' },
    { op: 'add', path: '/spec/host', value: 'rss' },
    { op: 'remove', path: '/spec/settings' },
  ],
});

/** How many of each kind there are. */
export const kindCounts = [
  ...Map.groupBy(states.values(), ({ resource }) => relativeIri({ ...resource, name: '' })),
].map(([, events]) => {
  const [{ resource }] = events as [SinkEvent, ...SinkEvent[]];
  const { kind, plural, group, namespace } = resource;
  return { kind, plural, group, namespace, count: events.length, notReady: kind === 'Database' ? 1 : 0 };
});
