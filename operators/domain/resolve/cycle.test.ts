import { describe, expect, test } from 'vitest';
import { reaches, shortestCycle } from './cycle.ts';
import {
  app,
  binding,
  conflicting,
  definition,
  installs,
  outcomes,
  planned,
  resolveIn,
  running,
} from './fixtures.ts';

describe('chains and cycles', () => {
  const needs = (name: string, on: string, spec: object = {}) =>
    definition(name, {
      integrations: [
        {
          name: 'peer',
          kind: 'Connection',
          role: on,
          required: true,
          compatible: [{ definition: on, default: true }],
        },
      ],
      provides: [{ kind: 'Connection', role: name }],
      ...spec,
    });
  const leaf = (name: string) => definition(name, { provides: [{ kind: 'Connection', role: name }] });

  test('what a provider needs is installed before it, and bound level by level', () => {
    const result = planned(
      resolveIn(app('home/a'), { catalogue: [needs('a', 'b'), needs('b', 'c'), leaf('c')] }),
    );
    expect(installs(result)).toEqual(['hearth-providers/c', 'hearth-providers/b']);
    expect(result.installs.map((each) => each.for.name)).toEqual(['b', 'a']);
    expect(result.plan.levels.map(({ steps }) => steps.map(({ id }) => id))).toEqual([
      ['install:hearth-providers/c'],
      ['install:hearth-providers/b'],
      ['bind:peer'],
      ['run'],
    ]);
  });

  test('what a provider lacks is said with the provider that it keeps from being installed', () => {
    const conflict = conflicting(resolveIn(app('home/a'), { catalogue: [needs('a', 'b'), needs('b', 'c')] }));
    expect(conflict.reason).toBe('ProviderDefinitionUnknown');
    expect(conflict.message).toMatch(/^hearth-providers\/b, which home\/a needs .* can’t be installed: /);
    expect(conflict.wishes).toHaveLength(2);
  });

  test('definitions that need each other are a cycle', () => {
    const conflict = conflicting(resolveIn(app('home/a'), { catalogue: [needs('a', 'b'), needs('b', 'a')] }));
    expect(conflict.reason).toBe('RequirementCycle');
    expect(conflict.message).toContain('home/a → hearth-providers/b → home/a');
  });

  test('a definition that needs its like is a cycle of one', () => {
    const conflict = conflicting(resolveIn(app('home/a'), { catalogue: [needs('a', 'a')] }));
    expect(conflict.message).toContain('home/a → home/a');
  });

  test('installed Apps that wait for each other are a cycle, the shortest of two', () => {
    const two = definition('a', {
      integrations: ['b', 'c'].map((role) => ({
        name: role,
        kind: 'Connection' as const,
        role,
        required: true,
      })),
      provides: [{ kind: 'Connection', role: 'a' }],
    });
    const catalogue = [two, needs('b', 'd'), needs('d', 'a'), needs('c', 'a')];
    const apps = ['home/b', 'home/c', 'home/d'].map((key) => app(key));
    const conflict = conflicting(resolveIn(app('home/a'), { catalogue, apps }));
    expect(conflict.message).toContain('home/a → home/c → home/a.');
    expect(conflict.wishes).toEqual(['home/a needs home/c', 'home/c needs home/a']);
  });

  test('an optional slot breaks the cycle and is wired afterwards', () => {
    const optional = definition('a', {
      integrations: [{ name: 'peer', kind: 'Connection', role: 'b' }],
      provides: [{ kind: 'Connection', role: 'a' }],
    });
    const catalogue = [optional, needs('b', 'a')];
    expect(outcomes(resolveIn(app('home/a'), { catalogue, apps: [app('home/b')] }))).toEqual([
      'peer: Unbound',
    ]);
    const apps = [app('home/b', {}, { status: running([binding('peer', 'Connection', 'home/a')]) })];
    expect(outcomes(resolveIn(app('home/a', {}, { status: running() }), { catalogue, apps }))).toEqual([
      'peer: Bound home/b',
    ]);
    expect(outcomes(resolveIn(app('home/b'), { catalogue, apps: [app('home/a')] }))).toEqual([
      'peer: Bound home/a',
    ]);
  });

  test('others’ cycle is not this App’s conflict', () => {
    const catalogue = [needs('a', 'b'), needs('b', 'c'), needs('c', 'b')];
    expect(outcomes(resolveIn(app('home/a'), { catalogue, apps: [app('home/b'), app('home/c')] }))).toEqual([
      'peer: Bound home/b',
    ]);
  });

  test('more levels than a Plan can hold are a conflict', () => {
    const chain = Array.from({ length: 20 }, (_, index) => needs(`n${index}`, `n${index + 1}`));
    const result = resolveIn(app('home/n0'), { catalogue: [...chain, leaf('n20')] });
    expect(conflicting(result).reason).toBe('PlanTooLarge');
  });
});

describe('the shortest cycle', () => {
  const edges = (graph: Readonly<Record<string, readonly string[]>>) => (key: string) => graph[key] ?? [];

  test('is found whichever node it goes through, and begins with its first name', () => {
    const graph = edges({ a: ['b'], b: ['c'], c: ['a'], q: ['p'], p: ['q'] });
    expect(shortestCycle(['a', 'q'], graph)).toEqual(['p', 'q']);
    expect(shortestCycle(['q', 'a'], graph)).toEqual(['p', 'q']);
    expect(shortestCycle(['c'], graph)).toEqual(['a', 'b', 'c']);
  });

  test('goes through one of the nodes, or there is none', () => {
    const graph = edges({ a: ['p'], p: ['q'], q: ['p'] });
    expect(shortestCycle(['a'], graph)).toBeUndefined();
    expect(reaches('a', 'q', graph)).toBe(true);
    expect(reaches('q', 'a', graph)).toBe(false);
  });
});
