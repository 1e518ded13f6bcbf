import { expect, test } from 'vitest';
import { type Controller, mapped, owned, specOf } from './controller.ts';
import { ConfigMap, Secret } from './kinds/core.ts';
import { ready } from './outcome.ts';
import { withOwner } from './ownership.ts';
import type { Kind, Resource } from './resource.ts';
import { fakeContext } from './testing.ts';
import { wakeRules, watchedKinds } from './wake.ts';

const App: Kind = { apiVersion: 'a/v1', kind: 'App', plural: 'apps', namespaced: true };
const app = (name: string) => ({
  apiVersion: 'a/v1',
  kind: 'App',
  metadata: { name, namespace: 'n', uid: `u-${name}` },
});
const secret = (owner?: Resource) =>
  withOwner({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' } }, owner);

function controller(more: Partial<Controller>): Controller {
  return { name: 'c', kind: App, reconcile: async () => ready(), ...more };
}

/** What a change wakes. */
function woken(rules: Partial<Controller>, before: Resource | undefined, object: Resource): string[] {
  const change = { key: 'n/s', object, before, removed: false, listed: false };
  return wakeRules(controller(rules), fakeContext().read).flatMap((rule) => [...rule.keys(change)]);
}

test('a kind is watched in one namespace, or in all', () => {
  const here = { kind: Secret, namespace: 'n' };
  expect(watchedKinds(controller({ namespace: 'n', owns: [here] }))).toEqual([
    { kind: App, namespace: 'n' },
    here,
  ]);
  expect(() => watchedKinds(controller({ owns: [here], reads: [Secret] }))).toThrow(
    'watches v1/Secret in two different namespaces',
  );
});

test('an owned object wakes its owner; one that changes hands wakes both', () => {
  expect(woken({ owns: [Secret] }, undefined, secret(app('x')))).toEqual(['n/x']);
  expect(woken({ owns: [Secret] }, secret(app('x')), secret(app('y')))).toEqual(['n/x', 'n/y']);
  expect(woken({ owns: [Secret] }, secret(app('x')), secret())).toEqual(['n/x']);
  expect(woken({ owns: [Secret] }, undefined, secret())).toEqual([]);
});

test('a mapped object wakes what its old state and its new one name', () => {
  const watches = [
    mapped(Secret, ({ metadata }) =>
      Object.keys(metadata.labels ?? {}).map((name) => ({ namespace: 'n', name })),
    ),
  ];
  const labelled = (label: string) => ({
    ...secret(),
    metadata: { name: 's', namespace: 'n', labels: { [label]: '' } },
  });
  expect(woken({ watches }, labelled('a'), labelled('b'))).toEqual(['n/a', 'n/b']);
});

test('a change that leaves the aspect as it was wakes nobody', () => {
  const watches = [mapped(Secret, ({ metadata: { name } }) => [{ name }], { aspect: specOf })];
  const generation = (of: number, uid = 'u') => ({
    ...secret(),
    metadata: { name: 's', namespace: 'n', uid, generation: of },
  });
  expect(woken({ watches }, generation(1), generation(1))).toEqual([]);
  expect(woken({ watches }, generation(1), generation(2))).toEqual(['s', 's']);
  expect(woken({ watches }, generation(1), generation(1, 'another'))).toEqual(['s', 's']);
  expect(woken({ watches }, undefined, generation(1))).toEqual(['s']);
  const [rule] = wakeRules(controller({ watches }), fakeContext().read);
  const [before, object] = [generation(1), generation(1)];
  expect([...(rule?.keys({ key: 'n/s', object, before, removed: true, listed: false }) ?? [])]).toEqual([
    's',
    's',
  ]);
});

test('an owned object that leaves its aspect as it was doesn’t wake its owner', () => {
  const owns = [owned(Secret, { aspect: ({ metadata }) => metadata.labels })];
  const labelled = (label: string, version: string) => {
    const object = secret(app('x'));
    return { ...object, metadata: { ...object.metadata, resourceVersion: version, labels: { label } } };
  };
  expect(woken({ owns }, labelled('a', '1'), labelled('a', '2'))).toEqual([]);
  expect(woken({ owns }, labelled('a', '1'), labelled('b', '2'))).toEqual(['n/x', 'n/x']);
  expect(woken({ owns }, undefined, labelled('a', '1'))).toEqual(['n/x']);
});

test('a kind is cached once, however often it is named, but not in two selections', () => {
  const kinds = watchedKinds(
    controller({ owns: [Secret], reads: [{ kind: ConfigMap, selector: 'a=b' }, Secret] }),
  );
  expect(kinds).toEqual([{ kind: App }, { kind: Secret }, { kind: ConfigMap, selector: 'a=b' }]);
  expect(() =>
    watchedKinds(controller({ owns: [Secret], reads: [{ kind: Secret, selector: 'a=b' }] })),
  ).toThrow('two different selectors');
});
