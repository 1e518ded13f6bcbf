import { expect, test } from 'vitest';
import { createReadiness } from './readiness.ts';
import type { WatchState } from './watch/watch.ts';
import type { KindState } from './watch/watch-kind.ts';

const kind = (of: string, phase: KindState['phase']): KindState => ({ of, phase, resources: 0, waiting: 0 });

test('the sink is ready once all was seen and it answers, and stays so', () => {
  let state: Pick<WatchState, 'log' | 'kinds'> = { log: 'writing', kinds: [] };
  const readiness = createReadiness(() => state);
  expect(readiness.unready()).toEqual(['the kinds to watch', 'the Home']);
  state = { log: 'writing', kinds: [kind('apps.apps.hearth.dev', 'listing'), kind('pods.core', 'watching')] };
  expect(readiness.unready()).toEqual(['apps.apps.hearth.dev', 'the Home']);
  state = {
    log: 'writing',
    kinds: [kind('apps.apps.hearth.dev', 'watching'), kind('pods.core', 'watching')],
  };
  expect(readiness.unready()).toEqual(['the Home']);
  readiness.answers();
  expect(readiness.unready()).toEqual([]);
  state = { log: 'writing', kinds: [kind('apps.apps.hearth.dev', 'failing'), kind('pods.core', 'watching')] };
  expect(readiness.unready()).toEqual([]);
  // What can't be written can still be read.
  state = { ...state, log: 'full' };
  expect(readiness.unready()).toEqual([]);
});

test('the sink that ends is not ready any more, so that nobody is sent to it', () => {
  const readiness = createReadiness(() => ({ kinds: [kind('pods.core', 'watching')] }));
  readiness.answers();
  readiness.stops();
  expect(readiness.unready()).toEqual(['its end']);
});
