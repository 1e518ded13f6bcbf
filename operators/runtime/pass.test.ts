import { expect, test } from 'vitest';
import { ApiError, type StatusBody } from './cluster/errors.ts';
import type { Controller } from './controller.ts';
import { pass } from './pass.ts';
import { fakeContext } from './testing.ts';

const kind: Controller['kind'] = {
  apiVersion: 'test.hearth.dev/v1',
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
};
const thing = {
  apiVersion: 'test.hearth.dev/v1',
  kind: 'Thing',
  metadata: { name: 'one', namespace: 'home', uid: '1' },
};

/** A pass whose reconciler was refused a write. */
async function refused(status: number, body: StatusBody) {
  const error = new ApiError({ method: 'PATCH', path: '/things/one' }, status, body);
  const said: unknown[] = [];
  const end = await pass(thing, {
    controller: { name: 'things', kind, reconcile: () => Promise.reject(error) },
    context: fakeContext(),
    writes: { send: () => Promise.reject(error), caughtUp: () => undefined },
    leftovers: { ofFormer: async () => undefined, ofGone: async () => undefined },
    writeStatus: async (_, patch) => void said.push(patch),
  });
  return { type: end.type, said: said.length };
}

test.each<[string, number, StatusBody]>([
  ['the version is another', 409, { reason: 'Conflict', message: 'the object has been modified' }],
  ['a test of a JSON Patch failed', 422, { reason: 'Invalid', message: 'the server rejected our request' }],
])('a write of the reconciler that was overtaken is nobody’s fault: %s', async (_, status, body) => {
  expect(await refused(status, body)).toEqual({ type: 'overtaken', said: 0 });
});

test('what a schema refuses is an error, and is said', async () => {
  const body = { reason: 'Invalid', details: { name: 'one' }, message: 'Thing "one" is invalid' };
  expect(await refused(422, body)).toEqual({ type: 'error', said: 1 });
});
