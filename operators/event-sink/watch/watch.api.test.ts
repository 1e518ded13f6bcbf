import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { kindName, type SinkEvent } from '@hearth/domain';
import {
  type ApiRequest,
  ConfigMap,
  CustomResourceDefinition,
  type Kind,
  type Resource,
  resourcePath,
  Secret,
  systemClock,
  type Transport,
} from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { type Bench, eventually, openBench } from '../../runtime/fixtures/api.ts';
import { type EventLog, LogFull } from '../log/event-log.ts';
import { openSqliteLog } from '../log/sqlite/sqlite-log.ts';
import { testFolder } from '../log/testing/folder.ts';
import { ownedBySuite, type WatchedKind } from './kinds.ts';
import { startWatching, type Watching } from './watch.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
});
afterAll(() => bench?.close());

const [labelName = '', labelValue = ''] = ownedBySuite.split('=');
const configMaps: WatchedKind = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const OF = kindName(configMaps);

const configMap = (name: string, test: string, value: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { test, ...labels } },
  data: { value },
});

const openLog = (file = join(testFolder(), 'log.db')) => {
  const log = openSqliteLog(file);
  onTestFinished(() => log.close());
  return log;
};

interface Begun {
  readonly watching: Watching;
  /** Of the reads of this kind: `list` and `watch`. */
  readonly requests: readonly string[];
}

/** Watches ConfigMaps of one label, and counts the requests. The first watches can fail. */
function begin(
  log: Pick<EventLog, 'append' | 'cursors' | 'states'>,
  kind: Partial<WatchedKind>,
  failures: Error[] = [],
): Begun {
  const requests: string[] = [];
  const seen = (request: ApiRequest) => {
    if (request.path.endsWith('/configmaps') && request.query?.limit !== 1)
      requests.push(request.query?.watch ? 'watch' : 'list');
    return request;
  };
  const transport: Pick<Transport, 'request' | 'stream'> = {
    request: (request) => bench.transport.request(seen(request)),
    stream: async (request, data) => {
      seen(request);
      const failure = failures.shift();
      if (failure) throw failure;
      await bench.transport.stream(request, data);
    },
  };
  const watching = startWatching({
    transport,
    log,
    kinds: { category: 'none', owned: [{ ...configMaps, ...kind }] },
    redaction: { key: Buffer.alloc(32, 1) },
    clock: systemClock,
    logger: silentLog,
  });
  onTestFinished(() => watching.stop());
  return { watching, requests };
}

const watches = (watching: Watching) =>
  eventually(() => expect(watching.state().kinds.map(({ phase }) => phase)).toEqual(['watching']));

const brief = ({ type, resource: { name }, inferred }: SinkEvent) => `${type} ${name}${inferred ? '?' : ''}`;
const told = async (log: EventLog) => (await log.read({ after: 0, limit: 1_000 })).map(brief);

const remove = (kind: Kind, name: string) => bench.delete(kind, name);

test('records what belongs to the suite, as it happens, and nothing secret of it', async () => {
  const log = openLog();
  const suite = { [labelName]: labelValue };
  await bench.create(ConfigMap, configMap('there-before', 'own', 'hidden 0', suite));
  const { watching } = begin(log, { selector: `test=own,${ownedBySuite}` });
  await watches(watching);
  await bench.create(ConfigMap, configMap('ours', 'own', 'hidden 1', suite));
  await bench.create(ConfigMap, configMap('theirs', 'own', 'hidden 2'));
  await bench.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'ours', labels: { test: 'own', ...suite } },
    stringData: { value: 'hidden 3' },
  });
  await bench.patch(ConfigMap, 'ours', { data: { value: 'hidden 4' } });
  await remove(ConfigMap, 'ours');
  await eventually(async () =>
    expect(await told(log)).toEqual(['added there-before?', 'added ours', 'modified ours', 'deleted ours']),
  );
  expect(JSON.stringify(await log.read({ after: 0, limit: 10 }))).not.toContain('hidden');
  expect(watching.state()).toMatchObject({ log: 'writing', backlog: 0, kinds: [{ of: OF, resources: 1 }] });
});

test('goes on where it was, without a list, with what happened meanwhile', async () => {
  const file = join(testFolder(), 'log.db');
  const first = openSqliteLog(file);
  const before = begin(first, { selector: 'test=resumed' });
  await watches(before.watching);
  await bench.create(ConfigMap, configMap('kept', 'resumed', '1'));
  await bench.create(ConfigMap, configMap('dropped', 'resumed', '1'));
  await eventually(async () => expect(await told(first)).toHaveLength(2));
  await before.watching.stop();
  await first.close();

  await bench.patch(ConfigMap, 'kept', { data: { value: '2' } });
  await remove(ConfigMap, 'dropped');
  const log = openLog(file);
  const { requests } = begin(log, { selector: 'test=resumed' });
  await eventually(async () =>
    expect(await told(log)).toEqual(['added kept', 'added dropped', 'modified kept', 'deleted dropped']),
  );
  expect(before.requests).toEqual(['list', 'watch']);
  expect(requests).toEqual(['watch']);
});

test('names who set a field, and nobody for one that was taken away without a word of who did', async () => {
  const log = openLog();
  const { watching } = begin(log, { selector: 'test=managed' });
  await watches(watching);
  const write = (manager: string, type: 'apply-patch+yaml' | 'merge-patch+json', body: object) =>
    bench.transport.request({
      method: 'PATCH',
      path: resourcePath(ConfigMap, { namespace: bench.namespace, name: 'managed' }),
      query: { fieldManager: manager },
      body,
      contentType: `application/${type}`,
    });
  const applied = configMap('managed', 'managed', '1');
  await write('ada', 'apply-patch+yaml', { ...applied, data: { one: '1', two: '1' } });
  await write('ben', 'merge-patch+json', { data: { three: '1' } });
  await write('eve', 'merge-patch+json', { data: { one: null } });
  // What is noted is noted to the second.
  await setTimeout(1_100);
  await write('ada', 'apply-patch+yaml', { ...applied, data: {} });
  await eventually(async () => expect(await told(log)).toHaveLength(4));
  const events = await log.read({ after: 0, limit: 10 });
  expect(events.map(({ actor }) => actor.name)).toEqual(['ada', 'ben', '', 'ada']);
  expect(events.at(-1)?.patch).toEqual([{ op: 'remove', path: '/data/two' }]);
});

test('says that a watch fails, and that it is open again though nothing happens', async () => {
  const { watching } = begin(openLog(), { selector: 'test=failing' }, [new Error('one'), new Error('two')]);
  await eventually(() => expect(watching.state().kinds).toMatchObject([{ phase: 'failing', error: 'one' }]));
  await watches(watching);
  expect(watching.state().kinds[0]).not.toHaveProperty('error');
});

test('says that the log is full, takes nothing meanwhile that it could lose, and then goes on', async () => {
  const log = openLog();
  let full = false;
  const small: Pick<EventLog, 'append' | 'cursors' | 'states'> = {
    append: async (changes, cursor) => {
      if (full) throw new LogFull('no room is left');
      return log.append(changes, cursor);
    },
    cursors: log.cursors,
    states: log.states,
  };
  const { watching, requests } = begin(small, { selector: 'test=full' });
  await watches(watching);
  full = true;
  // Some 30 MB: more than may wait.
  const large = () => ({ annotations: { noise: randomUUID().repeat(6_500) } });
  const names = Array.from({ length: 120 }, (_, index) => `full-${index}`);
  for (const name of names) {
    const object = configMap(name, 'full', 'x');
    await bench.create(ConfigMap, { ...object, metadata: { ...object.metadata, ...large() } });
  }
  await eventually(() => expect(watching.state()).toMatchObject({ log: 'full', error: 'no room is left' }));
  await eventually(() => expect(watching.state().backlog).toBeGreaterThan(16 * 2 ** 20));
  expect(watching.state().backlog).toBeLessThan(18 * 2 ** 20);
  full = false;
  await eventually(async () => expect(await told(log)).toEqual(names.map((name) => `added ${name}`)), 40_000);
  expect(watching.state()).toMatchObject({ log: 'writing', backlog: 0 });
  expect(requests.filter((request) => request === 'list')).toHaveLength(1);
});

test('records the end of what was of a kind that is uninstalled, also while nobody watches', async () => {
  const file = join(testFolder(), 'log.db');
  const kind = { group: 'gone.hearth.dev', version: 'v1', kind: 'Fleeting', plural: 'fleetings' };
  const fleeting: Kind = { ...kind, apiVersion: 'gone.hearth.dev/v1', namespaced: true };
  const make = (name: string) =>
    bench.create(fleeting, { ...fleeting, metadata: { name }, spec: { text: 'x' } } as Resource);
  const uninstall = async () => {
    const path = resourcePath(CustomResourceDefinition, { name: 'fleetings.gone.hearth.dev' });
    await bench.transport.request({ method: 'DELETE', path });
  };
  await bench.install(fleeting);
  await make('one');
  const first = openSqliteLog(file);
  const before = begin(first, kind);
  await eventually(async () => expect(await told(first)).toEqual(['added one?']));
  await before.watching.stop();
  await first.close();

  await uninstall();
  await eventually(() =>
    expect(bench.transport.request({ method: 'GET', path: resourcePath(fleeting, {}) })).rejects.toThrow(),
  );
  const log = openLog(file);
  const { watching } = begin(log, kind);
  const ended = ['added one?', 'gap ', 'deleted one?'];
  await eventually(async () => expect(await told(log)).toEqual(ended));
  expect(watching.state().kinds).toEqual([]);

  await bench.install(fleeting);
  await watches(watching);
  await make('two');
  const again = [...ended, 'gap ', 'added two'];
  await eventually(async () => expect(await told(log)).toEqual(again));
  await uninstall();
  await eventually(() => expect(watching.state().kinds).toEqual([]), 60_000);
  expect(await told(log)).toEqual([...again, 'deleted two']);
}, 90_000);

test('refuses Secrets, whoever configures them', () => {
  expect(() => begin(openLog(), { kind: 'Secret', plural: 'secrets' })).toThrow('Secrets are not recorded');
});
