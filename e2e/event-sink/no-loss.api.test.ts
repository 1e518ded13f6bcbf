import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindName, type SinkEvent } from '@hearth/domain';
import { createTransport, loadCluster, type Resource, resourcePath, type Transport } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventLog } from '../../operators/event-sink/log/event-log.ts';
import { openSqliteLog } from '../../operators/event-sink/log/sqlite/sqlite-log.ts';
import { verifyLog } from '../../operators/event-sink/log/verify.ts';
import { createRedact } from '../../operators/event-sink/record/redact.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { kubectlOf } from '../harness/kubectl.ts';
import { accountFor } from './account.ts';
import { type RecorderProcess, recorderProcess } from './recorder-process.ts';
import { startWriters, type Writers, writtenKinds, writtenNamespace } from './writers.ts';

/**
 * How many changes are made. Twenty thousand:
 * `HEARTH_EVENT_CHANGES=20000 npx vitest run --project api e2e/event-sink/no-loss.api.test.ts`.
 */
const CHANGES = Number(process.env.HEARTH_EVENT_CHANGES ?? 3_000);
const KILLS = 30;
/** However few changes there are, they take so long that the recorder comes to life between two kills. */
const SECONDS = 60;

let plane: ControlPlane;
let transport: Transport;
let folder: string;

beforeAll(async () => {
  plane = await startControlPlane();
  transport = createTransport(await loadCluster({ kubeconfig: plane.kubeconfig }));
  await installDefinitions(await kubectlOf(plane.kubeconfig));
  folder = await mkdtemp(join(tmpdir(), 'hearth-events-'));
});
afterAll(async () => {
  await transport?.close();
  await plane?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What happens beside the kills, by the number of the kill before. */
const incidents: Readonly<Record<number, (recorder: RecorderProcess) => Promise<void>>> = {
  // Nobody remembers where the recorder was: neither etcd, nor the watch cache of an API server that began anew.
  8: () => forget(),
  18: () => forget(),
  // The same while it watches.
  13: async (recorder) => {
    recorder.start();
    await recorder.watching();
    await plane.restart();
  },
  23: async (recorder) => {
    recorder.start();
    await recorder.watching();
    await forget();
  },
};

async function forget(): Promise<void> {
  await plane.compact();
  await plane.restart();
  await plane.compact();
}

/**
 * Kills the recorder again and again while the writers write: every other time wherever it is, be it hardly begun, and
 * else once it has come to watch.
 */
async function killAgainAndAgain(recorder: RecorderProcess, writers: Writers): Promise<void> {
  for (let kill = 1; kill <= KILLS; kill++) {
    await writers.reached(((kill - 1 + Math.random()) * CHANGES) / KILLS);
    if (kill % 2 === 0) await recorder.watching();
    await recorder.kill();
    await incidents[kill]?.(recorder);
    await recorder.kill();
    recorder.start();
  }
}

/** Each kind is written to once more: when that is recorded, so is all before it. */
async function untilAllIsRecorded(recorder: RecorderProcess): Promise<void> {
  for (const { kind, of, fill } of writtenKinds) {
    const labels = { 'app.kubernetes.io/managed-by': 'hearth' };
    const body = {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { name: 'last', labels },
      ...fill('x'),
    };
    await transport.request({
      method: 'POST',
      path: resourcePath(kind, { namespace: writtenNamespace }),
      body,
    });
    await recorder.recorded(of, 'last');
  }
}

async function allEvents(log: EventLog): Promise<SinkEvent[]> {
  const events: SinkEvent[] = [];
  for (;;) {
    const some = await log.read({ after: events.length, limit: 1_000 });
    if (some.length === 0) return events;
    events.push(...some);
  }
}

/** What the log says that there is, and what the API server says, of the kinds that were written to. */
async function expectSameStates(log: EventLog, key: Uint8Array): Promise<void> {
  const recorded: SinkEvent[] = [];
  for await (const event of log.states()) recorded.push(event);
  for (const { kind, of } of writtenKinds) {
    const redact = createRedact({ key }, of);
    const labelSelector = 'app.kubernetes.io/managed-by=hearth';
    const path = resourcePath(kind, {});
    const { items } = await transport.request<{ readonly items: readonly Resource[] }>({
      method: 'GET',
      path,
      query: { labelSelector },
    });
    const live = items.map((object) => [
      object.metadata.resourceVersion,
      redact({ ...object, apiVersion: kind.apiVersion, kind: kind.kind }),
    ]);
    const ours = recorded
      .filter(({ resource }) => kindName(resource) === of)
      .map(({ resourceVersion, object }) => [resourceVersion, object]);
    const byName = (one: unknown[], other: unknown[]) =>
      JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
    expect(ours.sort(byName)).toEqual(live.sort(byName));
  }
}

test(
  `${CHANGES} changes, ${KILLS} kills, and an API server that forgets: nothing is lost, nothing is there twice`,
  async () => {
    const file = join(folder, 'log.db');
    const key = randomBytes(32);
    const recorder = recorderProcess(plane.kubeconfig, file, key);
    recorder.start();
    await recorder.watching();
    const began = performance.now();
    const writers = startWriters({
      transport,
      changes: CHANGES,
      writers: 8,
      rate: CHANGES / SECONDS,
      random: Math.random,
    });
    await killAgainAndAgain(recorder, writers);
    await writers.done;
    const took = (performance.now() - began) / 1000;
    await untilAllIsRecorded(recorder);
    await recorder.stop();

    const log = openSqliteLog(file);
    const events = await allEvents(log);
    const { faults, ...figures } = accountFor(events, writers.acknowledged);
    const { findings, damage } = await verifyLog(log, []);
    console.error(
      `${writers.acknowledged.length} changes in ${took.toFixed(0)} s, ${KILLS} kills: ${events.length} events, ` +
        `${figures.gaps} gaps with ${figures.inGaps} changes in them, ${figures.inferred} events inferred`,
    );
    await expectSameStates(log, key);
    await log.close();
    expect(faults).toEqual([]);
    expect({ findings, damage }).toEqual({ findings: [], damage: [] });
    expect(figures.gaps).toBeGreaterThan(0);
    // A gap is where the server forgot, and not where the recorder was killed. Just after a restart it may forget twice.
    expect(figures.mostGapsOfAKind).toBeLessThanOrEqual(2 * Object.keys(incidents).length);
    expect(figures.inGaps).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toContain('hidden writer');
  },
  15 * 60_000,
);
