import { App, AppDefinition } from '@hearth/domain';
import { expect, test } from 'vitest';
import type { Kubectl } from '../kubectl.ts';
import { previewPlan } from './plan.ts';

const definition = (spec: object) => ({
  metadata: { name: 'notes' },
  spec: AppDefinition.spec.parse({
    title: 'Notes',
    versions: [{ version: '2', images: { app: 'notes:2' } }],
    workloads: [{ name: 'app' }],
    ...spec,
  }),
});
const notes = (status?: object) => ({
  metadata: { namespace: 'home', name: 'notes' },
  spec: App.spec.parse({ definition: 'notes' }),
  ...(status && { status }),
});
const pi = {
  metadata: { name: 'pi' },
  status: { nodeInfo: { architecture: 'arm64' }, allocatable: { cpu: '4', memory: '8Gi' } },
};

/** A cluster that has these objects, by the plural of their kind. */
const cluster =
  (objects: Record<string, readonly object[]>): Kubectl =>
  async ([, plural = '']) =>
    JSON.stringify({ items: objects[plural] ?? [] });

test('the preview is of the machines that there are', async () => {
  const kubectl = cluster({ appdefinitions: [definition({})], apps: [notes()], nodes: [pi] });
  const { data, text } = await previewPlan(kubectl, 'notes', 'home');
  expect(data).toMatchObject({ app: 'notes', levels: [{ steps: [{ id: 'run', nodes: ['pi'] }] }] });
  expect(text).toContain('Could run on: pi');
});

test('it says what is kept as it runs', async () => {
  const apps = [notes({ observedGeneration: 1, version: '1' })];
  const kubectl = cluster({ appdefinitions: [definition({})], apps });
  const { data, text } = await previewPlan(kubectl, 'notes', 'home');
  expect(text).toContain('Version 1 runs and is left as it is');
  expect(data).toEqual({ kept: 'VersionGone', message: text });
});

test.each([
  [
    'a definition that doesn’t hold together',
    [definition({ workloads: [{ name: 'web' }] })],
    /no image `web`/,
  ],
  ['machines that its images aren’t for', [definition({ architectures: ['amd64'] })], /runs on amd64 only/],
  ['a definition that there isn’t', [], /notes is not in the catalogue/],
])('it refuses what the operator refuses: %s', async (_, appdefinitions, why) => {
  const kubectl = cluster({ appdefinitions, apps: [notes()], nodes: [pi] });
  await expect(previewPlan(kubectl, 'notes', 'home')).rejects.toThrow(why);
});
