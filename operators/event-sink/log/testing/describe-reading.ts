import { sinkEvent } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { Pruned } from '../event-log.ts';
import { change, cursorAt } from './change.ts';
import { record } from './logs.ts';
import { namesAt, numbers, type OpenTestLog } from './open-log.ts';

/** What every log does, wherever it keeps its events: records, and tells as it was told. */
export const describeReading = (open: OpenTestLog): void => {
  describe('recording and reading', () => {
    test('a log begins with nothing', async () => {
      const { log } = await open();
      expect(log.head()).toEqual({ seq: 0, hash: new Uint8Array(32), pruned: 0 });
      expect([...log.cursors()]).toEqual([]);
      expect(await log.read({ after: 0, limit: 10 })).toEqual([]);
    });

    test('events are numbered in the order of their appends, and read as they were told', async () => {
      const { log } = await open();
      const appended = await Promise.all([record(log, 'ab', 1), record(log, 'c', 7), record(log, '', 9)]);
      expect(appended).toEqual([
        { first: 1, last: 2 },
        { first: 3, last: 3 },
        { first: 4, last: 3 },
      ]);
      const events = await log.read({ after: 0, limit: 10 });
      expect(events.map((event) => sinkEvent.parse(event))).toEqual(events);
      expect(events[2]).toEqual({ ...change({ name: 'c', version: 7 }), seq: 3, time: events[2]?.time });
      expect(log.cursors().get('apps.apps.hearth.dev')).toBe('9');
    });

    test('what is read can be of one resource, of one kind, and cut anywhere', async () => {
      const { log } = await open();
      await record(log, 'abab');
      const ada = change({ name: 'ada', version: 5, kind: 'User' });
      await log.append([ada], { of: 'users.iam.hearth.dev', resourceVersion: '5' });
      await record(log, 'a');
      const read = async (after: number, limit: number, of?: string) =>
        numbers(await log.read({ after, limit, of }));
      expect(await read(0, 10, 'home/apps.apps.hearth.dev/a')).toEqual([1, 3, 6]);
      expect(await read(1, 1, 'home/apps.apps.hearth.dev/a')).toEqual([3]);
      expect(await read(0, 10, 'users.iam.hearth.dev')).toEqual([5]);
      expect(await read(2, 2)).toEqual([3, 4]);
      expect(await read(6, 10)).toEqual([]);
    });

    test('the state at any event is the last of each resource that lived then', async () => {
      const { log } = await open();
      await log.append(
        [
          change({ name: 'a', version: 1, type: 'added' }),
          change({ name: 'b', version: 2, type: 'added' }),
          change({ name: 'a', version: 3 }),
          change({ name: 'b', version: 4, type: 'deleted' }),
          change({ name: '', version: 5, type: 'gap' }),
          change({ name: 'b', version: 6, type: 'added' }),
        ],
        cursorAt(6),
      );
      const states = await Promise.all([0, 1, 2, 3, 4, 5, 6, undefined].map((at) => namesAt(log, at)));
      expect(states).toEqual(['', 'a1', 'a1 b2', 'b2 a3', 'a3', 'a3', 'a3 b6', 'a3 b6']);
    });

    test('the last event of one resource is there as of any event, deletions too', async () => {
      const { log } = await open();
      await record(log, 'aba');
      await log.append([change({ name: 'b', version: 9, type: 'deleted' })], cursorAt(9));
      const last = async (name: string, at?: number) =>
        (await log.last(`home/apps.apps.hearth.dev/${name}`, at))?.seq;
      expect(await Promise.all([0, 1, 2, 3, 4, undefined].map((at) => last('a', at)))).toEqual([
        undefined,
        1,
        1,
        3,
        3,
        3,
      ]);
      expect(await Promise.all([1, 3, undefined].map((at) => last('b', at)))).toEqual([undefined, 2, 4]);
      expect(await last('c')).toBeUndefined();
    });

    test('the last of one resource is known when its events before are in archives, and not what it was before', async () => {
      const { log } = await open();
      await record(log, 'abab');
      const [segment] = log.segments();
      if (segment === undefined) throw new Error('nothing is sealed');
      await log.prune(segment);
      expect((await log.last('home/apps.apps.hearth.dev/a'))?.seq).toBe(3);
      expect((await log.last('home/apps.apps.hearth.dev/a', 4))?.seq).toBe(3);
      await expect(log.last('home/apps.apps.hearth.dev/a', 3)).rejects.toThrow(Pruned);
    });

    test('the newest events before some event are read in order', async () => {
      const { log } = await open();
      await record(log, 'abababab');
      const read = async (before: number, limit: number, of?: string) =>
        numbers(await log.read({ after: 0, before, limit, of }));
      expect(await read(9, 3)).toEqual([6, 7, 8]);
      expect(await read(4, 10)).toEqual([1, 2, 3]);
      expect(await read(6, 2, 'home/apps.apps.hearth.dev/a')).toEqual([3, 5]);
      expect(await read(6, 2, 'apps.apps.hearth.dev')).toEqual([4, 5]);
    });

    test('places are where resources are or were', async () => {
      const { log } = await open();
      expect(await log.places()).toEqual([]);
      await record(log, 'ba');
      await log.append([change({ name: 'a', version: 3, type: 'deleted' })], cursorAt(3));
      const ada = change({ name: 'ada', version: 5, kind: 'User' });
      const other = change({ name: 'x', version: 6 });
      await log.append(
        [ada, { ...other, resource: { ...other.resource, namespace: 'home-2' } }],
        cursorAt(6),
      );
      expect(await log.places()).toEqual([
        '-/users.iam.hearth.dev/',
        'home-2/apps.apps.hearth.dev/',
        'home/apps.apps.hearth.dev/',
      ]);
    });

    test('states are those of one moment, and nobody else has to wait for who reads them', async () => {
      const { log } = await open();
      await record(log, 'ab');
      const names: string[] = [];
      for await (const { resource } of log.states()) {
        names.push(resource.name);
        await record(log, 'bc', 3);
        expect((await log.read({ after: log.head().seq - 2, limit: 10 })).map(({ seq }) => seq)).toHaveLength(
          2,
        );
      }
      expect(names).toEqual(['a', 'b']);
    });

    test('who listens is told what came, together', async () => {
      const { log } = await open();
      const told: unknown[] = [];
      const stop = log.onAppend((appended) => told.push(appended));
      await Promise.all([record(log, 'ab'), record(log, 'c')]);
      await record(log, '');
      expect(told).toEqual([{ first: 1, last: 3 }]);
      stop();
      await record(log, 'd');
      expect(told).toHaveLength(1);
    });

    test.each([0, 1, 4, 6, 9])('a log of %i events goes on where it was', async (count) => {
      const { log, place } = await open();
      await record(log, 'abcdefghi'.slice(0, count));
      const [head, cursors] = [log.head(), log.cursors()];
      await log.close();
      const { log: again } = await open(place);
      expect(again.head()).toEqual(head);
      expect(again.cursors()).toEqual(cursors);
      expect(await record(again, 'x')).toEqual({ first: count + 1, last: count + 1 });
    });

    test('what waits when it is closed is recorded', async () => {
      const { log, place } = await open();
      const waiting = [record(log, 'a'), record(log, 'b')];
      await log.close();
      await Promise.all(waiting);
      expect((await open(place)).log.head().seq).toBe(2);
      await expect(record(log, 'c')).rejects.toThrow(/not open|open the log again/);
    });
  });
};
