import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { endAnswering } from './ending.ts';
import { embeddedGraph } from './graph/embedded/embedded-graph.ts';
import { record, testLog } from './log/testing/logs.ts';
import { projectLog } from './project.ts';
import { irisAt } from './vocabulary/iris.ts';

test('what answers ends, though a graph that waits for events can’t be built', async () => {
  const { log } = testLog();
  const source = {
    ...log,
    states: () => {
      throw new Error('the log can’t be read');
    },
  };
  const graph = embeddedGraph({ source, iris: irisAt('https://home.test/'), log: silentLog });
  const projection = projectLog({ log, graph, clock: fakeClock(), logger: silentLog });
  await record(log, 'ab');
  await endAnswering({ server: { close: async () => undefined }, projection, graph });
  expect(graph.seq()).toBe(0);
});
