import type { Goal, Table } from '../report.ts';

/** What a benchmark of machines found. Times are seconds, memory is MiB. */
export interface Measured {
  readonly machines: number;
  readonly maxUnavailable: number;
  readonly minutes: number;
  /** Requests a minute and machine, while nothing happens: by the agents’ own count and by NIO’s. */
  readonly idleAgents: number;
  readonly idleNio: number;
  /** CPU seconds of NIO a minute, while nothing happens. */
  readonly idleCpu: number;
  /** From the change of the resource until its status says that all machines run it. */
  readonly rollout: number;
  /** What one machine takes, from being told until it is done, at the middle. */
  readonly each: number;
  /** CPU seconds of NIO meanwhile. */
  readonly rolloutCpu: number;
  /** Requests of NIO for each machine meanwhile. */
  readonly rolloutRequests: number;
  readonly rss: number;
  readonly peakRss: number;
}

/** What is assumed of a push by SSH, for the reference; each on the generous side. */
const PUSH = {
  /** Connecting, and asking what runs: seconds, and CPU seconds of the one who pushes. */
  connect: 0.5,
  connectCpu: 0.03,
  /** How often whoever pushes has to ask each machine to see drift as soon: times a minute. */
  polls: 1,
} as const;

/** A push to each machine, by computation. */
export interface Computed {
  readonly idleRequests: number;
  readonly idleCpu: number;
  /** As many at the same time as here; and one after another, as a script does. */
  readonly abreast: number;
  readonly oneByOne: number;
}

/**
 * What a machine does by itself takes the same time there. It has no confirmation by a round trip, which is left out of
 * its favour: `each` is counted without `confirmation` seconds.
 */
export function computePush({ machines, maxUnavailable, each }: Measured, confirmation: number): Computed {
  const alone = Math.max(0, each - confirmation) + PUSH.connect;
  return {
    idleRequests: PUSH.polls,
    idleCpu: machines * PUSH.polls * PUSH.connectCpu,
    abreast: Math.ceil(machines / maxUnavailable) * alone,
    oneByOne: machines * alone,
  };
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

/** The results beside the computed reference. */
export function machinesTable(measured: Measured, push: Computed): Table {
  const { machines, maxUnavailable, minutes } = measured;
  return {
    title:
      `${machines} simulated machines, idle for ${minutes} min, then one change, ${maxUnavailable} at a time ` +
      '(the push is computed, not measured)',
    columns: ['', 'Hearth', 'a push each, computed'],
    rows: [
      [
        'API requests a minute and machine, idle: agent',
        measured.idleAgents.toFixed(2),
        `${push.idleRequests.toFixed(2)} (SSH)`,
      ],
      ['API requests a minute and machine, idle: NIO', measured.idleNio.toFixed(3), ''],
      ['CPU of NIO, or of who pushes, a minute, idle', seconds(measured.idleCpu), seconds(push.idleCpu)],
      [
        'all machines changed',
        seconds(measured.rollout),
        `${seconds(push.abreast)} (${maxUnavailable} abreast)`,
      ],
      ['', '', `${seconds(push.oneByOne)} (one by one)`],
      ['of that, one machine', seconds(measured.each), ''],
      ['CPU of NIO for the change', seconds(measured.rolloutCpu), ''],
      ['requests of NIO for the change, a machine', measured.rolloutRequests.toFixed(1), ''],
      ['RSS of NIO, MiB (at the most)', `${measured.rss.toFixed(0)} (${measured.peakRss.toFixed(0)})`, ''],
    ],
  };
}

/** What it should be. */
export function machinesGoals(measured: Measured): readonly Goal[] {
  const { idleAgents, idleNio, rollout, each, machines, maxUnavailable, peakRss } = measured;
  // The first goes alone; after that so many at a time.
  const ideal = each + (Math.ceil((machines - 1) / maxUnavailable) || 0) * each;
  return [
    {
      wanted: 'an idle agent asks at most 3 times a minute',
      measured: idleAgents.toFixed(2),
      met: idleAgents <= 3,
    },
    {
      wanted: 'NIO asks at most 0.1 times a minute and idle machine',
      measured: idleNio.toFixed(3),
      met: idleNio <= 0.1,
    },
    {
      wanted: 'NIO makes a change no more than a quarter longer than its machines take',
      measured: `${((rollout / ideal - 1) * 100).toFixed(0)} % longer`,
      met: rollout <= ideal * 1.25,
    },
    { wanted: 'NIO stays below 256 MiB', measured: `${peakRss.toFixed(0)} MiB`, met: peakRss < 256 },
  ];
}
