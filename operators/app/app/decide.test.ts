import type { AppDefinition } from '@hearth/domain';
import { indexInstalled } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf, homeOf } from '../testing/fixtures.ts';
import { approval, decide } from './decide.ts';
import type { Scene } from './scene.ts';

const digest = (text: string): string => Buffer.from(text).toString('hex').padEnd(64, '0');
const sceneOf = (app: Scene['app'], definitions: AppDefinition[]): Scene => {
  const catalogue = new Map(definitions.map((definition) => [definition.metadata.name, definition]));
  return {
    app,
    home: homeOf(),
    definition: catalogue.get(app.spec.definition),
    catalogue,
    installed: indexInstalled([app], catalogue),
    nodes: [],
  };
};
const simple = definitionOf('x', { workloads: [{ name: 'app' }] });

describe('decide', () => {
  it('carries out what can be', () => {
    const decision = decide(sceneOf(appOf('x'), [simple]), digest);
    expect(decision.type === 'carryOut' && decision.resolved.version).toBe('1.0');
  });

  it.each<[string, Scene, string, string]>([
    ['waits for a definition', sceneOf(appOf('x'), []), 'waiting', 'DefinitionMissing'],
    [
      'refuses what the definition doesn’t know',
      sceneOf(appOf('x', { settings: { nope: 1 } }), [simple]),
      'stalled',
      'InvalidSpec',
    ],
    [
      'refuses a definition that doesn’t hold together',
      sceneOf(appOf('x'), [definitionOf('x', { workloads: [{ name: 'app', env: { A: '${nobody.url}' } }] })]),
      'stalled',
      'InvalidDefinition',
    ],
    [
      'says what conflicts',
      sceneOf(appOf('x'), [
        definitionOf('x', {
          workloads: [{ name: 'app' }],
          integrations: [{ name: 'db', kind: 'Database', required: true }],
        }),
      ]),
      'stalled',
      'NoProvider',
    ],
  ])('%s', (_, scene, type, reason) => {
    const decision = decide(scene, digest);
    expect(decision.type === 'hold' && decision.outcome).toMatchObject({ type, reason });
  });
});

describe('approval', () => {
  const plan = { name: 'x-0123456789', hash: '0123456789' };
  const asked = (approvedPlan: string) =>
    approval({ app: appOf('x', { approval: 'Manual', approvedPlan }) }, plan);

  it('is not waited for where nobody asks for it', () => {
    expect(approval({ app: appOf('x') }, plan)).toBeUndefined();
  });

  it.each([plan.name, plan.hash])('is given by %s', (approved) => {
    expect(asked(approved)).toBeUndefined();
  });

  it.each([
    ['', 'AwaitingApproval'],
    ['9876543210', 'PlanStale'],
  ])('is not given by "%s"', (approved, reason) => {
    const held = asked(approved);
    expect(held).toMatchObject({ type: 'waiting', reason });
    expect(held?.type === 'waiting' && held.message).toContain(`set spec.approvedPlan to ${plan.hash}`);
  });
});
