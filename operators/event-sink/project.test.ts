import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { expect, test, vi } from 'vitest';
import { record, testLog } from './log/testing/logs.ts';
import { projectLog } from './project.ts';

/** A graph that notes what it is told, and can be told to refuse. */
function notes() {
  const seqs: number[] = [];
  const state = { refuses: false };
  const apply = async (events: readonly { readonly seq: number }[]) => {
    if (state.refuses) throw new Error('not now');
    seqs.push(...events.map(({ seq }) => seq));
  };
  return { seqs, state, graph: { apply } };
}

test('the graph is told of each new event once, in order, and of none after the end', async () => {
  const { log } = testLog();
  await record(log, 'ab');
  const { seqs, graph } = notes();
  const projection = projectLog({ log, graph, clock: fakeClock(), logger: silentLog });
  await Promise.all(['c', 'de', 'fgh'].map((letters) => record(log, letters)));
  await vi.waitFor(() => expect(seqs).toEqual([3, 4, 5, 6, 7, 8]), 4000);
  await projection.stop();
  await record(log, 'i');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seqs).toHaveLength(6);
});

test('what it could not be told comes later', async () => {
  const { log } = testLog();
  const { seqs, state, graph } = notes();
  const clock = fakeClock();
  const projection = projectLog({ log, graph, clock, logger: silentLog });
  state.refuses = true;
  await record(log, 'ab');
  await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
  state.refuses = false;
  clock.advance(1000);
  await vi.waitFor(() => expect(seqs).toEqual([1, 2]), 4000);
  await projection.stop();
});
