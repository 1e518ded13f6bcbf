import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addFinalizer } from './finalizer.ts';
import { type Bench, Greeting, openBench } from './fixtures/api.ts';
import { createWrites } from './writes.ts';

const mine = 'test.hearth.dev/mine';
const other = 'test.hearth.dev/other';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
});
afterAll(() => bench.close());

/** Adds a finalizer to an object as it once was. */
const add = (stale: Parameters<typeof addFinalizer>[2]) =>
  addFinalizer(
    createWrites(bench.transport, () => undefined),
    Greeting,
    stale,
    mine,
  );

const finalizersOf = async (name: string) => (await bench.get(Greeting, name)).metadata.finalizers;

test('a finalizer is put beside the others', async () => {
  expect((await add(await bench.greeting('alone'))).metadata.finalizers).toEqual([mine]);
  await bench.greeting('beside');
  const crowded = await bench.patch(Greeting, 'beside', { metadata: { finalizers: [other] } });
  expect((await add(crowded)).metadata.finalizers).toEqual([other, mine]);
});

test('a finalizer that somebody else has put on meanwhile is not lost', async () => {
  const stale = await bench.greeting('crowded');
  await bench.patch(Greeting, 'crowded', { metadata: { finalizers: [other] } });
  await expect(add(stale)).rejects.toMatchObject({ status: 422 });
  expect(await finalizersOf('crowded')).toEqual([other]);
});

test('an object that is being deleted meanwhile is not at fault', async () => {
  await bench.greeting('leaving');
  const stale = await bench.patch(Greeting, 'leaving', { metadata: { finalizers: [other] } });
  await bench.delete(Greeting, 'leaving');
  // A failed test, and not the server's word on what is wrong with the object: that one names it.
  const refusal = await add(stale).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 422 });
  expect(refusal).not.toHaveProperty('body.details.name');
  await bench.patch(Greeting, 'leaving', { metadata: { finalizers: null } });
});
